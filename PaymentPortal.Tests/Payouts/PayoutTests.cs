using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Payouts from the request to the bank: what is held, approved, sent, paid and given back.</summary>
[Collection(EngineCollection.Name)]
public sealed class PayoutTests(EngineHost engine)
{
    private readonly PayoutRig _rig = new(engine);

    [Fact]
    public async Task Request_WithinTheLimit_IsSentAndPaidAndBooked()
    {
        var seller = await _rig.FundedAsync();

        var payout = await _rig.RequestAsync(seller);
        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal(("10.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1", "psp:connected:" + seller));
        Assert.Equal(["payout.requested", "payout.approved", "payout.in_transit", "payout.paid"], await FactsAsync(payout));
        await engine.AssertSoundAsync();
    }

    /// <summary>The buyer's money goes back whatever became of it: the seller owes it, can't be paid meanwhile, and later sales repay it.</summary>
    [Fact]
    public async Task Refund_AfterThePayout_LeavesADebtThatLaterSalesRepay()
    {
        var seller = await _rig.FundedAsync("20.00");
        await _rig.ArrivesAsync(await _rig.RequestAsync(seller, "20.00"), "PAID");
        var order = await engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE seller_account = $1", seller);

        var refund = await engine.Client.PostAsync("/api/v1/refunds", Guid.NewGuid().ToString(), $$"""{"payment_order_id":"{{order}}","amount":"15.00","reason":"Returned goods"}""");
        Assert.True(refund.Status == 201, refund.Text);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM refunds WHERE refund_id = $1 AND status = 'SUCCEEDED'", (string)refund.Body["refund_id"]!);

        Assert.Equal(("-15.00", "0.00"), await _rig.WalletAsync(seller));
        var owing = await _rig.PostAsync(seller, "0.01");
        Assert.Equal((409, "insufficient_funds"), (owing.Status, (string?)owing.Body["code"]));
        await _rig.SellAsync(seller, "16.00");
        Assert.Equal(("1.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal((409, 201), ((await _rig.PostAsync(seller, "1.01")).Status, (await _rig.PostAsync(seller, "1.00")).Status));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Request_Repeated_GetsTheFirstAnswerAndHoldsOnce()
    {
        var seller = await _rig.FundedAsync();
        var key = Guid.NewGuid().ToString();

        var first = await _rig.PostAsync(seller, key: key);
        var again = await _rig.PostAsync(seller, key: key);
        var other = await _rig.PostAsync(seller, "11.00", key: key);

        Assert.Equal((201, 201, true, 422), (first.Status, again.Status, again.IsReplay, other.Status));
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM payouts WHERE seller_account = $1", seller));
    }

    [Fact]
    public async Task Hundred_OfTheLastOne_ExactlyOnePasses()
    {
        var seller = await _rig.FundedAsync("1.00");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _rig.PostAsync(seller, "1.00")));

        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(99, answers.Count(answer => answer is { Status: 409 } && (string?)answer.Body["code"] == "insufficient_funds"));
        Assert.Equal(("0.00", "1.00"), await _rig.WalletAsync(seller));
    }

    [Theory]
    [InlineData("10.01", "USD", 409)]
    [InlineData("0.00", "USD", 422)]
    [InlineData("-1.00", "USD", 422)]
    [InlineData("1.005", "USD", 422)]
    [InlineData("1,00", "USD", 422)]
    [InlineData("9223372036854775808", "USD", 422)]
    [InlineData("1e3", "USD", 422)]
    [InlineData("1000", "JPY", 422)]
    [InlineData("1.00", "XXX", 422)]
    public async Task Request_ThatCantBe_IsRefusedBeforeAnyRow(string amount, string currency, int status)
    {
        var seller = await _rig.FundedAsync("10.00");

        var answer = await _rig.PostAsync(seller, amount, currency);

        Assert.Equal((status, "none"), (answer.Status, (string?)answer.Body["money"]));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM payouts WHERE seller_account = $1", seller));
        Assert.Equal(("10.00", "0.00"), await _rig.WalletAsync(seller));
    }

    [Fact]
    public async Task Request_WithoutKeyOrWithAnUnknownField_Is400()
    {
        var withoutKey = await engine.Client.PostAsync("/api/v1/payouts", null, """{"seller_account":"x","amount":"1.00","currency":"USD"}""");
        var unknown = await engine.Client.PostAsync("/api/v1/payouts", Guid.NewGuid().ToString(), """{"seller_account":"x","amount":"1.00","currency":"USD","status":"PAID"}""");
        var nobody = await _rig.PostAsync("nobody-" + Guid.NewGuid().ToString("N"));

        Assert.Equal((400, 400, 404), (withoutKey.Status, unknown.Status, nobody.Status));
    }

    [Fact]
    public async Task Request_OfASellerWithoutAnAccountAtThePsp_Is409()
    {
        var seller = "plain-" + Guid.NewGuid().ToString("N");
        await _rig.SellAsync(seller, "10.00");

        Assert.Equal(409, (await _rig.PostAsync(seller, "1.00")).Status);
    }

    [Fact]
    public async Task AboveTheLimit_WaitsForASecondPersonAndThenGoesOut()
    {
        var seller = await _rig.FundedAsync("2000.00");

        var (payout, approval) = await _rig.AskAsync(seller);
        Assert.Equal("REQUESTED", await _rig.StatusAsync(payout));
        var own = await _rig.Approvals.ApproveAsync(approval, Actor.Staff("maker"), CancellationToken.None);
        var other = await _rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None);

        Assert.Equal(403, own.Refusal!.HttpStatus);
        Assert.Equal(ApprovalState.Approved, other.Value);
        await _rig.ArrivesAsync(payout, "PAID");
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refused_GivesTheHoldBackOnce()
    {
        var seller = await _rig.FundedAsync("2000.00");
        var (payout, approval) = await _rig.AskAsync(seller);

        await _rig.Approvals.RefuseAsync(approval, Actor.Staff("checker"), "not now", CancellationToken.None);

        Assert.Equal("REFUSED", await _rig.StatusAsync(payout));
        Assert.Equal(("2000.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal(["payout.requested", "payout.refused"], await FactsAsync(payout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task TwoApprovals_AtOnce_OneWinsAndTheOtherIsToldWho()
    {
        var seller = await _rig.FundedAsync("2000.00");
        var (payout, approval) = await _rig.AskAsync(seller);

        var ends = await Task.WhenAll(Enumerable.Range(0, 8).Select(at => _rig.Approvals.ApproveAsync(approval, Actor.Staff($"checker-{at}"), CancellationToken.None)));

        Assert.Single(ends, end => !end.IsRefused);
        Assert.All(ends.Where(end => end.IsRefused), end => Assert.Matches(@"approved by checker-\d at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", end.Refusal!.Text));
        await _rig.IsAsync(payout, "IN_TRANSIT");
        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
    }

    [Fact]
    public async Task Approve_AgainstCancel_EndsOneWayWithOneHold()
    {
        for (var round = 0; round < 4; round++)
        {
            var seller = await _rig.FundedAsync("1100.00");
            var (payout, approval) = await _rig.AskAsync(seller, "1100.00", $"maker-{round}");

            await Task.WhenAll(
                _rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None),
                engine.Client.PostAsync($"/api/v1/payouts/{payout}/cancel", Guid.NewGuid().ToString()));

            await Until.TrueAsync(async () => await _rig.StatusAsync(payout) is "IN_TRANSIT" or "CANCELED");
        }
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task BankChanged_BeforeApproval_VoidsItAndGivesTheHoldBack()
    {
        var seller = await _rig.FundedAsync("2000.00");
        var (payout, approval) = await _rig.AskAsync(seller);

        await _rig.PutAsync(seller, "000123456790");
        var end = await _rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None);

        Assert.Equal(ApprovalState.Void, end.Value);
        Assert.Equal("REFUSED", await _rig.StatusAsync(payout));
        Assert.Equal(("2000.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Cancel_BeforeItIsSent_GivesTheHoldBackAndIsRepeatable()
    {
        var seller = await _rig.FundedAsync("2000.00");
        var (payout, _) = await _rig.AskAsync(seller);

        var first = await CancelAsync(payout);
        var again = await CancelAsync(payout);

        Assert.Equal((200, 200, "CANCELED"), (first.Status, again.Status, (string?)first.Body["status"]));
        Assert.Equal(("2000.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM approvals WHERE subject_id = $1 AND state = 'Pending'", payout.Value));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Cancel_WhileThePspStillCan_TakesEverythingBack()
    {
        var seller = await _rig.FundedAsync();
        var payout = await _rig.RequestAsync(seller);
        await _rig.IsAsync(payout, "IN_TRANSIT");

        var answer = await CancelAsync(payout);

        Assert.True(answer.Status is 200 or 202, answer.Text);
        await _rig.IsAsync(payout, "CANCELED");
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1", "psp:connected:" + seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Cancel_WhenItIsPaid_Is409()
    {
        var seller = await _rig.FundedAsync();
        var payout = await _rig.RequestAsync(seller);
        await _rig.ArrivesAsync(payout, "PAID");

        var answer = await CancelAsync(payout);

        Assert.Equal((409, "taken"), (answer.Status, (string?)answer.Body["money"]));
    }

    private Task<EngineAnswer> CancelAsync(PayoutId payout) => engine.Client.PostAsync($"/api/v1/payouts/{payout}/cancel", Guid.NewGuid().ToString());

    private async Task<IReadOnlyList<string>> FactsAsync(PayoutId payout)
    {
        var facts = await engine.TextAsync("SELECT GROUP_CONCAT(type, ',') FROM (SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY version)", payout.Value);
        return (facts ?? "").Split(',').Select(fact => fact.ToString(CultureInfo.InvariantCulture)).ToList();
    }
}
