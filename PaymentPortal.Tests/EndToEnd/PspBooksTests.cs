using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>Money that went every way there is, in currencies that no other test of this program uses: once it is quiet, ledger and PSP agree to the cent.</summary>
[Collection(EngineCollection.Name)]
public sealed class PspBooksTests(EngineHost engine)
{
    private static readonly (string Currency, string Country)[] Places = [("GBP", "GB"), ("JPY", "JP")];

    private readonly ReturnDesk _desk = new(engine);
    private readonly PayoutRig _rig = new(engine);

    [Fact]
    public async Task Ledger_AfterPayInsRefundsDisputesAndPayouts_IsThePspsToTheCent()
    {
        var stories = await Task.WhenAll(Places.Select(place => BeginAsync(Currency.Of(place.Currency), place.Country)));
        engine.Pass(TimeSpan.FromSeconds(10));
        foreach (var story in stories)
        {
            foreach (var (payout, end) in story.Payouts) await _rig.IsAsync(payout, end);
            foreach (var (refund, end) in story.Refunds) await _desk.IsAsync(refund, end);
            foreach (var (dispute, end) in story.Disputes) await Until.TrueAsync(async () => await engine.TextAsync("SELECT status FROM disputes WHERE dispute_id = $1", dispute) == end);
        }

        var books = await engine.Control.BooksAsync();
        foreach (var story in stories)
        {
            var theirs = books.Currencies[story.Code.ToLowerInvariant()];
            Assert.Equal(theirs, await OursAsync(story.Code, theirs));
            foreach (var seller in story.Sellers)
            {
                var account = books.Accounts[(await _rig.PspAccountAsync(seller))!][story.Code.ToLowerInvariant()];
                Assert.Equal((account.Received, account.Payouts, account.Available + account.Pending), await OursAsync(story.Code, seller));
            }
        }
        Assert.DoesNotContain(await BrokenBooksAsync(), line => stories.Any(story => line.EndsWith(story.Code, StringComparison.Ordinal)));
        await engine.AssertSoundAsync();
    }

    private async Task<Story> BeginAsync(Currency currency, string country)
    {
        string[] sellers = await Task.WhenAll(SellerAsync(currency, country, PayoutRig.GoodBank), SellerAsync(currency, country, "000111111113"));
        await Task.WhenAll(sellers.Select(seller => SellAsync(seller, new Money(4000, currency))));
        // Before anything is disputed or refunded that is not available yet: then none of it would be ours.
        var own = (await _rig.Payouts.RequestOwnAsync(new Money(700, currency), "our share", Actor.Staff("maker"), CancellationToken.None)).Value;
        Assert.Equal(ApprovalState.Approved, (await _rig.Approvals.ApproveAsync(await _rig.ApprovalOfAsync(PayoutApproval.Name, own), Actor.Staff("checker"), CancellationToken.None)).Value);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE payout_id = $1 AND psp_payout_id IS NOT NULL", own.Value);
        var (refunds, won, lost) = (RefundsAsync(currency), DisputeAsync(currency, "winning_evidence"), DisputeAsync(currency, "losing_evidence"));
        var story = new Story(
            currency.Code, sellers, [(own, "PAID"), (await RequestAsync(sellers[0], currency), "PAID"), (await RequestAsync(sellers[1], currency), "FAILED")], await refunds, [(await won, "WON"), (await lost, "LOST")]);
        // The bank may have had its say already.
        foreach (var (payout, _) in story.Payouts) await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE payout_id = $1 AND psp_payout_id IS NOT NULL", payout.Value);
        return story;
    }

    /// <summary>A seller who leaves half of each sale to the platform, so that some of it is ours.</summary>
    private async Task<string> SellerAsync(Currency currency, string country, string bank)
    {
        var seller = "books-" + Guid.NewGuid().ToString("N");
        var body = $$$"""{"name":"Tea house","email":"tea@example.com","country":"{{{country}}}","platform_fee_bp":5000,"bank_account":{"country":"{{{country}}}","currency":"{{{currency}}}","account_number":"{{{bank}}}"}}""";
        var answer = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + seller, body);
        Assert.True(answer.Status == 200, answer.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM seller_accounts WHERE seller_account = $1 AND is_payouts_enabled", seller);
        return seller;
    }

    private async Task SellAsync(string seller, Money amount)
    {
        var answer = await engine.Client.PostAsync(
            "/api/v1/checkouts", Guid.NewGuid().ToString(), $$"""{"buyer_account":"buyer-1","currency":"{{amount.Currency}}","orders":[{"seller_account":"{{seller}}","amount":"{{amount}}"}]}""");
        Assert.True(answer.Status == 201, answer.Text);
        var checkout = new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
        await engine.ConfirmAsync(await engine.PressAsync(checkout), "pm_card_bypassPending");
        await engine.IsAsync(checkout, "SUCCESS");
    }

    private async Task<PayoutId> RequestAsync(string seller, Currency currency)
    {
        var answer = await _rig.PostAsync(seller, new Money(1000, currency).ToString(), currency.Code);
        Assert.True(answer.Status == 201, answer.Text);
        return new PayoutId((string)answer.Body["payout_id"]!);
    }

    /// <summary>Two parts of one order, and one refund that the bank gives back.</summary>
    private async Task<IReadOnlyList<(string, string)>> RefundsAsync(Currency currency)
    {
        var amount = new Money(1250, currency).ToString();
        var order = await _desk.OrderAsync(await _desk.PaidAsync(amount: amount, currency: currency.Code));
        var back = await _desk.OrderAsync(await _desk.PaidAsync("pm_card_refundFail", amount, currency.Code));
        return
        [
            (await _desk.MadeAsync(order, new Money(333, currency).ToString()), "SUCCEEDED"), (await _desk.MadeAsync(order, new Money(417, currency).ToString()), "SUCCEEDED"),
            (await _desk.MadeAsync(back), "FAILED"),
        ];
    }

    private async Task<string> DisputeAsync(Currency currency, string evidence)
    {
        var checkout = await _desk.PaidAsync("pm_card_createDispute", new Money(1250, currency).ToString(), currency.Code);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE checkout_id = $1 AND status = 'NEEDS_RESPONSE'", checkout.Id);
        var dispute = (await engine.TextAsync("SELECT dispute_id FROM disputes WHERE checkout_id = $1", checkout.Id))!;
        var answer = await engine.Client.PostAsync($"/api/v1/disputes/{dispute}/evidence", Guid.NewGuid().ToString(), $$"""{"text":"{{evidence}}","submit":true}""");
        Assert.True(answer.Status == 200, answer.Text);
        return dispute;
    }

    /// <summary>The PSP's figures as our ledger has them, by what was booked and not by what the PSP says.</summary>
    private async Task<CurrencyBook> OursAsync(string currency, CurrencyBook theirs) => new()
    {
        Gross = await SumAsync(currency, "psp:clearing", "PayIn", "Suspense"),
        Refunds = -await SumAsync(currency, "psp:clearing", "RefundAccepted", "RefundFailed"),
        Disputes = await SumAsync(currency, "disputes:open", "DisputeWithdrawn", "DisputeReinstated"),
        Fees = await _desk.SumAsync("psp:fees", currency),
        Transfers = -await SumAsync(currency, "psp:clearing", "PayoutTransfer", "PayoutTransferBack"),
        Payouts = -await SumAsync(currency, "psp:clearing", "OwnPayoutSent"),
        Balance = await _desk.SumAsync("psp:clearing", currency),
        // When money becomes available is the PSP's own business.
        Available = theirs.Available,
        Pending = theirs.Pending,
    };

    private async Task<(long Received, long Payouts, long Left)> OursAsync(string currency, string seller)
    {
        var account = "psp:connected:" + seller;
        return (await SumAsync(currency, account, "PayoutTransfer", "PayoutTransferBack"), -await SumAsync(currency, account, "PayoutPaid"), await _desk.SumAsync(account, currency));
    }

    /// <summary>A reversal counts with what it takes back.</summary>
    private Task<long> SumAsync(string currency, string account, params string[] kinds) => engine.ScalarAsync(
        $"""
        SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id LEFT JOIN journal_entries o ON o.entry_id = e.reverses
        WHERE p.currency = $1 AND p.account = $2 AND COALESCE(o.kind, e.kind) IN ({string.Join(", ", kinds.Select(kind => $"'{kind}'"))})
        """, currency, account);

    /// <summary>What <c>verify --quiet-state</c> says of the PSP's balance.</summary>
    private async Task<IReadOnlyList<string>> BrokenBooksAsync()
    {
        await using var snapshot = engine.Services.GetRequiredService<SqlDialect>().OpenReader();
        return (await new PspBooksInvariant(engine.Services.GetRequiredService<IPaymentServiceProvider>(), new VerifyScope(true)).CheckAsync(snapshot, CancellationToken.None)).Violations;
    }

    private sealed record Story(
        string Code, IReadOnlyList<string> Sellers, IReadOnlyList<(PayoutId Id, string End)> Payouts, IReadOnlyList<(string Id, string End)> Refunds, IReadOnlyList<(string Id, string End)> Disputes);
}
