using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Sellers over the API, payouts by schedule, and our own money.</summary>
[Collection(EngineCollection.Name)]
public sealed class SellerTests(EngineHost engine)
{
    private readonly PayoutRig _rig = new(engine);

    [Fact]
    public async Task Put_MakesAnAccountAndNeverShowsTheBank()
    {
        var seller = await _rig.SellerAsync();

        var shown = await engine.Client.GetAsync("/api/v1/sellers/" + seller);

        Assert.Equal(("6789", true, "manual"), ((string?)shown.Body["bank_last4"], (bool)shown.Body["payouts_enabled"]!, (string?)shown.Body["payout_schedule"]));
        Assert.DoesNotContain(PayoutRig.GoodBank, shown.Text, StringComparison.Ordinal);
        var account = await engine.Psp.GetAsync("/v1/accounts/" + (string?)shown.Body["psp_account"]);
        Assert.Equal("manual", (string?)account.Body["settings"]!["payouts"]!["schedule"]!["interval"]);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM seller_accounts WHERE CAST(bank AS TEXT) LIKE '%' || $1 || '%'", PayoutRig.GoodBank));
    }

    [Fact]
    public async Task Put_TheSameAgain_ChangesNothing_AndAnotherBankRaisesItsVersion()
    {
        var seller = await _rig.SellerAsync();
        await _rig.PutAsync(seller);
        Assert.Equal(1, await engine.ScalarAsync("SELECT bank_version FROM seller_accounts WHERE seller_account = $1", seller));

        await _rig.PutAsync(seller, "000123456790");

        Assert.Equal(2, await engine.ScalarAsync("SELECT bank_version FROM seller_accounts WHERE seller_account = $1", seller));
        var account = await engine.Psp.GetAsync("/v1/accounts/" + await _rig.PspAccountAsync(seller));
        Assert.Equal("6790", (string?)account.Body["external_accounts"]!["data"]![0]!["last4"]);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"x"}""", "country")]
    [InlineData("""{"name":"x","country":"US"}""", "bank_account")]
    [InlineData("""{"name":"x","country":"US","bank_account":{"country":"US","currency":"USD","routing_number":"123456789","account_number":"000123456789"}}""", "bank_account.routing_number")]
    [InlineData("""{"name":"x","country":"US","bank_account":{"country":"US","currency":"XXX","routing_number":"110000000","account_number":"000123456789"}}""", "bank_account.currency")]
    [InlineData("""{"name":"x","country":"US","bank_account":{"country":"US","currency":"USD","routing_number":"110000000","account_number":"1 2"}}""", "bank_account.account_number")]
    [InlineData("""{"name":"x","psp_account":"nonsense"}""", "psp_account")]
    [InlineData("""{"name":"x","psp_account":"acct_1","platform_fee_bp":10001}""", "platform_fee_bp")]
    [InlineData("""{"name":"x","psp_account":"acct_1","payout_schedule":"hourly"}""", "payout_schedule")]
    [InlineData("""{"name":"x","psp_account":"acct_1","payout_schedule":"threshold","payout_threshold":"10.00"}""", "payout_threshold")]
    [InlineData("""{"name":"x","psp_account":"acct_1","email":"no address"}""", "email")]
    public async Task Put_OfWhatCantBe_NamesTheField(string body, string field)
    {
        var answer = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-" + Guid.NewGuid().ToString("N"), body);

        Assert.Equal((422, field), (answer.Status, (string?)answer.Body["field"]));
    }

    [Fact]
    public async Task Put_WithAFieldThatNobodyKnows_Is400AndMakesNoSeller()
    {
        var seller = "seller-" + Guid.NewGuid().ToString("N");

        var answer = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + seller, """{"name":"x","psp_account":"acct_1","is_payouts_enabled":true}""");

        Assert.Equal((400, "is_payouts_enabled"), (answer.Status, (string?)answer.Body["field"]));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM seller_accounts WHERE seller_account = $1", seller));
    }

    [Fact]
    public async Task TwoSellers_CantHaveOneAccount()
    {
        var first = await _rig.SellerAsync();

        var answer = await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-" + Guid.NewGuid().ToString("N"), $$"""{"name":"x","psp_account":"{{await _rig.PspAccountAsync(first)}}"}""");

        Assert.Equal(409, answer.Status);
    }

    [Fact]
    public async Task Schedule_PaysOnceAPeriod_HoweverOftenItRuns()
    {
        var daily = await _rig.FundedAsync("7.00", more: ""","payout_schedule":"daily" """);
        var threshold = await _rig.FundedAsync("7.00", more: ""","payout_schedule":"threshold","payout_threshold":"8.00" """);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => engine.Services.GetRequiredService<PayoutSchedules>().RunAsync(CancellationToken.None)));
        await _rig.SellAsync(daily, "1.00");
        await _rig.SellAsync(threshold, "1.00");
        await engine.Services.GetRequiredService<PayoutSchedules>().RunAsync(CancellationToken.None);

        Assert.Equal(700, await engine.ScalarAsync("SELECT SUM(amount) FROM payouts WHERE seller_account = $1", daily));
        Assert.Equal(800, await engine.ScalarAsync("SELECT SUM(amount) FROM payouts WHERE seller_account = $1", threshold));
    }

    [Fact]
    public void Periods_AreUtcDaysAndIsoWeeks()
    {
        var newYear = new DateTimeOffset(2027, 1, 1, 0, 30, 0, TimeSpan.FromHours(2));

        Assert.Equal("2026-12-31", PayoutSchedules.PeriodOf(PayoutSchedule.Daily, newYear));
        Assert.Equal("2026-W53", PayoutSchedules.PeriodOf(PayoutSchedule.Weekly, newYear));
    }

    [Fact]
    public async Task OwnMoney_IsNeverMoreThanIsOurs_AndAlwaysNeedsASecondPerson()
    {
        await _rig.SellAsync("float", "20.00");
        var ours = (await _rig.Payouts.OwnAsync(CancellationToken.None)).Value.Single(amount => amount.Currency.Code == "USD");

        var tooMuch = await _rig.Payouts.RequestOwnAsync(ours + PayoutRig.Usd("0.01"), "All and more", Actor.Staff("maker"), CancellationToken.None);

        Assert.Equal(RefusalCodes.InsufficientFunds, tooMuch.Refusal!.Code);
    }

    [Fact]
    public async Task OwnMoney_GoesThroughInTransitToOurBank()
    {
        // A fee of the whole: all of it is the platform's.
        var seller = await _rig.SellerAsync();
        await engine.Client.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + seller, PayoutRig.SellerBody().Replace("\"platform_fee_bp\":0", "\"platform_fee_bp\":10000", StringComparison.Ordinal));
        // Others share this platform and lose disputes: enough for all of them.
        await _rig.SellAsync(seller, "90000.00");
        var made = await _rig.Payouts.RequestOwnAsync(PayoutRig.Usd("2.00"), "Rent", Actor.Staff("maker"), CancellationToken.None);
        Assert.False(made.IsRefused, made.Refusal?.Text);
        var payout = made.Value;

        await _rig.Approvals.ApproveAsync(await _rig.ApprovalOfAsync("payout", payout), Actor.Staff("checker"), CancellationToken.None);
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind IN ('OwnPayoutSent', 'OwnPayoutPaid') AND source_id = (SELECT psp_payout_id FROM payouts WHERE payout_id = $1)", payout.Value));
        await engine.AssertSoundAsync();
    }
}
