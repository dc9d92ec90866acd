using System.Text.Json.Nodes;

namespace PaymentPortal.Tests.Support;

/// <summary>Pays checkouts and gives money back, through the API of a running program.</summary>
internal sealed class ReturnDesk(EngineHost engine)
{
    public async Task<MadeCheckout> PaidAsync(string method = "pm_card_visa", string amount = "12.50", string currency = "USD")
    {
        var checkout = await engine.CreateAsync(amount, currency);
        await engine.ConfirmAsync(await engine.PressAsync(checkout), method);
        await engine.IsAsync(checkout, "SUCCESS");
        return checkout;
    }

    public async Task<string> OrderAsync(MadeCheckout checkout, int line = 1) =>
        (await engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 AND line = $2", checkout.Id, line))!;

    public Task<EngineAnswer> AskAsync(string order, string? amount = null, string? key = null, string reason = "requested_by_customer", string query = "") =>
        engine.Client.PostAsync("/api/v1/refunds" + query, key ?? Guid.NewGuid().ToString(), Body(order, amount, reason));

    public async Task<string> MadeAsync(string order, string? amount = null)
    {
        var answer = await AskAsync(order, amount);
        Assert.True(answer.Status == 201, answer.Text);
        return (string)answer.Body["refund_id"]!;
    }

    public Task IsAsync(string refund, string status) => Until.TrueAsync(async () => await StatusAsync(refund) == status);

    public Task<string?> StatusAsync(string refund) => engine.TextAsync("SELECT status FROM refunds WHERE refund_id = $1", refund);

    /// <summary>The balance of an account as the journal sums it: a debit is above zero.</summary>
    public Task<long> SumAsync(string account, string currency = "USD") =>
        engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1 AND currency = $2", account, currency);

    /// <summary>What one refund, dispute or payment did to an account.</summary>
    public Task<long> SumAsync(MadeCheckout checkout, string account) =>
        engine.ScalarAsync("SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.checkout_id = $1 AND p.account = $2", checkout.Id, account);

    /// <summary>How many refunds the PSP has of a checkout's charge, and what they come to.</summary>
    public async Task<(int Count, long Sum)> PspRefundsAsync(MadeCheckout checkout)
    {
        var charge = await engine.TextAsync("SELECT charge_id FROM booked_sessions WHERE checkout_id = $1", checkout.Id);
        var list = (await engine.Psp.GetAsync($"/v1/refunds?charge={charge}&limit=100")).Body["data"]!.AsArray();
        return (list.Count, list.Sum(refund => (long)refund!["amount"]!));
    }

    private static string Body(string order, string? amount, string reason)
    {
        var body = new JsonObject { ["payment_order_id"] = order, ["reason"] = reason };
        if (amount is not null) body["amount"] = amount;
        return body.ToJsonString();
    }
}
