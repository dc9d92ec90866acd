using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>Refunds that go right, over the API and a real PSP: books, wallets, facts and the PSP's own list agree.</summary>
[Collection(EngineCollection.Name)]
public sealed class RefundTests(EngineHost engine)
{
    private readonly ReturnDesk _desk = new(engine);

    [Fact]
    public async Task Ask_WithoutAmount_RefundsTheWholeOrderAndReturnsTheFee()
    {
        var checkout = await _desk.PaidAsync();

        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout));
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal((1, 1250L), await _desk.PspRefundsAsync(checkout));
        Assert.Equal(0, await _desk.SumAsync(checkout, "refunds:open"));
        Assert.Equal(0, await _desk.SumAsync(checkout, "seller:seller-1:payable"));
        Assert.Equal(-1219, await _desk.SumAsync(checkout, "seller:seller-2:payable"));
        Assert.Equal(-31, await _desk.SumAsync(checkout, "platform:fees"));
        Assert.Equal(1250, await engine.ScalarAsync("SELECT refunded FROM payment_orders WHERE checkout_id = $1 AND line = 1", checkout.Id));
        Assert.Equal(
            ["refund.requested", "refund.approved", "refund.sent", "refund.succeeded"],
            (await engine.TextAsync("SELECT GROUP_CONCAT(type, ' ') FROM (SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY version)", refund))!.Split(' '));
        await engine.CountAsync(0, "SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1", refund);
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Ask_InManyParts_AddsUpToTheOrderAndNothingMore()
    {
        var checkout = await _desk.PaidAsync();
        var order = await _desk.OrderAsync(checkout);

        foreach (var part in new[] { "0.01", "4.17", "4.17", "4.15" }) await _desk.IsAsync(await _desk.MadeAsync(order, part), "SUCCEEDED");
        var over = await _desk.AskAsync(order, "0.01");

        Assert.Equal((409, "already_refunded", "none"), (over.Status, (string?)over.Body["code"], (string?)over.Body["money"]));
        Assert.Equal(0, await engine.ScalarAsync("SELECT amount - refunded + platform_fee - refunded_fee FROM payment_orders WHERE payment_order_id = $1", order));
        Assert.Equal(0, await engine.ScalarAsync("SELECT SUM(p.amount) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.checkout_id = $1 AND p.account = 'seller:seller-1:payable'", checkout.Id));
        Assert.Equal((4, 1250L), await _desk.PspRefundsAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Ask_TheSameAgain_GivesTheFirstAnswerAndRefundsOnce()
    {
        var order = await _desk.OrderAsync(await _desk.PaidAsync());
        var key = Guid.NewGuid().ToString();

        var first = await _desk.AskAsync(order, "1.00", key);
        var again = await _desk.AskAsync(order, "1.00", key);
        var other = await _desk.AskAsync(order, "2.00", key);

        Assert.Equal((201, first.Text, true), (again.Status, again.Text, again.IsReplay));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, (string?)other.Body["code"]));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM refunds WHERE payment_order_id = $1", order));
    }

    [Fact]
    public async Task Ask_64TimesAtOnce_NeverExceedsWhatWasPaid()
    {
        var checkout = await _desk.PaidAsync();
        var order = await _desk.OrderAsync(checkout);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _desk.AskAsync(order, "1.00")));
        await engine.CountAsync(12, "SELECT COUNT(*) FROM refunds WHERE payment_order_id = $1 AND status = 'SUCCEEDED'", order);

        Assert.Equal(12, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal((422, "refund_too_large"), (answer.Status, (string?)answer.Body["code"])));
        Assert.Equal((12, 1200L), await _desk.PspRefundsAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task DryRun_ShowsTheLinesThatAreBookedThenAndStoresNothing()
    {
        var checkout = await _desk.PaidAsync();
        var order = await _desk.OrderAsync(checkout);

        var shown = await _desk.AskAsync(order, "5.00", query: "?dry_run=true");
        Assert.Equal(200, shown.Status);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM refunds WHERE payment_order_id = $1", order));
        await _desk.IsAsync(await _desk.MadeAsync(order, "5.00"), "SUCCEEDED");

        var booked = await engine.TextAsync(
            """
            SELECT GROUP_CONCAT(kind || ' ' || account || ' ' || amount, '; ') FROM (SELECT e.kind, p.account, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
            WHERE e.checkout_id = $1 AND e.kind IN ('RefundAsked', 'RefundAccepted') ORDER BY e.seq, p.line)
            """, checkout.Id);
        Assert.Equal("RefundAsked seller:seller-1:payable 488; RefundAsked platform:fees 12; RefundAsked refunds:open -500; RefundAccepted refunds:open 500; RefundAccepted psp:clearing -500", booked);
        Assert.Equal(
            booked, string.Join("; ", shown.Body["lines"]!.AsArray().Select(line => $"{line!["entry"]} {line["account"]} {((string)line["amount"]!).Replace(".", "", StringComparison.Ordinal).Replace("-0", "-", StringComparison.Ordinal).TrimStart('0')}")));
    }

    [Fact]
    public async Task DryRun_ShowsTheWalletThatTheRefundLeaves()
    {
        var seller = "dry-" + Guid.NewGuid().ToString("N")[..8];
        var made = (await engine.Client.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), EngineClient.CheckoutBody().Replace("seller-1", seller, StringComparison.Ordinal))).Body;
        var checkout = new MadeCheckout((string)made["checkout_id"]!, ((string)made["checkout_url"]!).Split('/')[^1]);
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        var order = await _desk.OrderAsync(checkout);
        var before = await PayableAsync(seller);

        var shown = (await _desk.AskAsync(order, "3.33", query: "?dry_run=true")).Body;
        Assert.Equal((before, before), ((string?)shown["payable_before"], await PayableAsync(seller)));
        await _desk.IsAsync(await _desk.MadeAsync(order, "3.33"), "SUCCEEDED");

        Assert.NotEqual(before, (string?)shown["payable_after"]);
        Assert.Equal((string?)shown["payable_after"], await PayableAsync(seller));

        async Task<string?> PayableAsync(string account) => (string?)(await engine.Client.GetAsync("/api/v1/wallets/" + account)).Body["balances"]![0]!["payable"];
    }

    [Fact]
    public async Task Wallet_AfterARefundOfMoneyNotYetAvailable_CountsItOnce()
    {
        var seller = "refunded-" + Guid.NewGuid().ToString("N")[..8];
        var body = EngineClient.CheckoutBody().Replace("seller-1", seller, StringComparison.Ordinal);
        var made = (await engine.Client.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), body)).Body;
        var checkout = new MadeCheckout((string)made["checkout_id"]!, ((string)made["checkout_url"]!).Split('/')[^1]);
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        await _desk.IsAsync(await _desk.MadeAsync(await _desk.OrderAsync(checkout), "12.50"), "SUCCEEDED");

        var balance = (await engine.Client.GetAsync("/api/v1/wallets/" + seller)).Body["balances"]![0]!;

        // The pay-in is not available yet, and nothing of it is left: neither a debt nor anything to withdraw.
        Assert.Equal(("0.00", "0.00"), ((string?)balance["payable"], (string?)balance["withdrawable"]));
    }
}
