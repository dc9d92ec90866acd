using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;

namespace PaymentPortal.Tests.Support;

/// <summary>Sellers with money that may be withdrawn, and payouts to them, over the platform's own API.</summary>
public sealed class PayoutRig(EngineHost engine)
{
    public const string GoodBank = "000123456789";

    private static readonly TimeSpan AtTheBank = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UntilItComesBack = TimeSpan.FromMinutes(2);

    public PayoutService Payouts => engine.Services.GetRequiredService<PayoutService>();

    public Approvals Approvals => engine.Services.GetRequiredService<Approvals>();

    public static string SellerBody(string bank = GoodBank, string more = "") =>
        $$"""{"name":"Tea house","email":"tea@example.com","country":"US","platform_fee_bp":0,"bank_account":{"country":"US","currency":"USD","routing_number":"110000000","account_number":"{{bank}}"}{{more}}}""";

    /// <summary>A seller whose account at the PSP is made.</summary>
    public async Task<string> SellerAsync(string bank = GoodBank, string more = "")
    {
        var seller = "seller-" + Guid.NewGuid().ToString("N");
        await PutAsync(seller, bank, more);
        return seller;
    }

    public async Task PutAsync(string seller, string bank = GoodBank, string more = "")
    {
        var answer = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + seller, SellerBody(bank, more));
        Assert.True(answer.Status == 200, answer.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM seller_accounts s WHERE s.seller_account = $1 AND s.is_payouts_enabled AND s.bank_sent_version = s.bank_version AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'seller.account' AND t.subject_id = $1)", seller);
    }

    /// <summary>A seller with so much in his wallet, all of it available, and somewhat more of our own at the PSP.</summary>
    public async Task<string> FundedAsync(string amount = "20.00", string bank = GoodBank, string more = "")
    {
        var seller = await SellerAsync(bank, more);
        await SellAsync(seller, amount);
        return seller;
    }

    /// <summary>A sale whose money may be used at once. The PSP keeps a fee, so another sale gives it enough for the whole.</summary>
    public async Task SellAsync(string seller, string amount)
    {
        foreach (var account in new[] { seller, "float" })
        {
            var answer = await engine.Client.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), $$"""{"buyer_account":"buyer-1","currency":"USD","orders":[{"seller_account":"{{account}}","amount":"{{amount}}"}]}""");
            Assert.True(answer.Status == 201, answer.Text);
            var checkout = new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
            await engine.ConfirmAsync(await engine.PressAsync(checkout), "pm_card_bypassPending");
            await engine.IsAsync(checkout, "SUCCESS");
        }
        await Until.TrueAsync(async () => (await engine.Psp.GetAsync("/v1/balance")).Body["available"]!.AsArray().Any(one => (string)one!["currency"]! == "usd" && (long)one["amount"]! > 0));
    }

    public Task<EngineAnswer> PostAsync(string seller, string amount = "10.00", string currency = "USD", string? key = null) =>
        engine.Client.PostAsync("/api/v1/payouts", key ?? Guid.NewGuid().ToString(), $$"""{"seller_account":"{{seller}}","amount":"{{amount}}","currency":"{{currency}}"}""");

    public async Task<PayoutId> RequestAsync(string seller, string amount = "10.00")
    {
        var answer = await PostAsync(seller, amount);
        Assert.True(answer.Status == 201, answer.Text);
        return new PayoutId((string)answer.Body["payout_id"]!);
    }

    /// <summary>Asked for by a member of staff, above what he may do alone.</summary>
    public async Task<(PayoutId Payout, ApprovalId Approval)> AskAsync(string seller, string amount = "1500.00", string maker = "maker")
    {
        var payout = (await Payouts.RequestAsync(new NewPayout(SellerAccount.Of(seller), Usd(amount), "Weekly share"), Actor.Staff(maker), CancellationToken.None)).Value;
        return (payout, await ApprovalOfAsync("payout", payout));
    }

    /// <summary>What waits, and people who may decide about it.</summary>
    public async Task<ApprovalId> ApprovalOfAsync(string kind, PayoutId payout)
    {
        await StaffSeed.AddAsync(engine.Services, ["checker", .. Enumerable.Range(0, 8).Select(at => $"checker-{at}")]);
        return new((await engine.TextAsync("SELECT approval_id FROM approvals WHERE kind = $1 AND subject_id = $2 AND state = 'Pending'", kind, payout.Value))!);
    }

    public static Money Usd(string amount) => Money.TryParse(amount, Currency.Of("USD"), out var money, out var fault) ? money : throw new ArgumentException(fault, nameof(amount));

    public Task<string?> StatusAsync(PayoutId payout) => engine.TextAsync("SELECT status FROM payouts WHERE payout_id = $1", payout.Value);

    public async Task IsAsync(PayoutId payout, string status)
    {
        var now = "";
        await Until.TrueAsync(async () => (now = await StateAsync(payout)).StartsWith(status + ' ', StringComparison.Ordinal), state: () => now);
    }

    /// <summary>Its status, and what its step waits for: said when it never comes to what is waited for.</summary>
    private async Task<string> StateAsync(PayoutId payout) => (await engine.TextAsync(
        """
        SELECT p.status || ' since ' || p.updated_at || ', step: ' || COALESCE(t.state || ' in ' || (t.due_at - $2) / 1000000 || ' s, lease ends in ' || (t.lease_until - $2) / 1000000 || ' s, '
            || t.tries || ' tries, held ' || t.is_held || ', ' || COALESCE(t.last_error, ''), 'none')
        FROM payouts p LEFT JOIN retry_tasks t ON t.kind = 'payout' AND t.subject_id = p.payout_id WHERE p.payout_id = $1
        """, payout.Value, engine.NowMicroseconds))!;

    /// <summary>Lets the bank have its say, then waits for what we make of it.</summary>
    public async Task ArrivesAsync(PayoutId payout, string status)
    {
        await IsAsync(payout, "IN_TRANSIT");
        engine.Pass(AtTheBank);
        await IsAsync(payout, status);
    }

    /// <summary>The bank pays, and sends it back later.</summary>
    public async Task ComesBackAsync(PayoutId payout)
    {
        await ArrivesAsync(payout, "PAID");
        engine.Pass(UntilItComesBack);
        await IsAsync(payout, "RETURNED");
    }

    /// <summary>Payable and held, as the API shows them.</summary>
    public async Task<(string Payable, string Held)> WalletAsync(string seller)
    {
        var balance = (JsonObject)(await engine.Client.GetAsync("/api/v1/wallets/" + seller)).Body["balances"]!.AsArray().Single()!;
        return ((string)balance["payable"]!, (string)balance["held"]!);
    }

    public Task<string?> PspAccountAsync(string seller) => engine.TextAsync("SELECT psp_account FROM seller_accounts WHERE seller_account = $1", seller);

    /// <summary>What the PSP itself has for a payout: transfers with its group, and payouts of the seller's account.</summary>
    public async Task<(int Transfers, int Payouts)> AtPspAsync(string seller, PayoutId payout)
    {
        var transfers = await engine.Psp.GetAsync("/v1/transfers?transfer_group=" + payout.Value);
        var payouts = await engine.Psp.SendAsync(HttpMethod.Get, "/v1/payouts?limit=100", null, ("Stripe-Account", (await PspAccountAsync(seller))!));
        return (transfers.Body["data"]!.AsArray().Count, payouts.Body["data"]!.AsArray().Count(one => (string?)one!["metadata"]!["payout"] == payout.Value));
    }
}
