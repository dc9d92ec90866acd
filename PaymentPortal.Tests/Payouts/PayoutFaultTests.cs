using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Lost answers, refusals of the PSP and banks that do not pay: nothing is sent twice, and every hold ends once.</summary>
[Collection(EngineCollection.Name)]
public sealed class PayoutFaultTests(EngineHost engine) : IAsyncLifetime
{
    private const string Transfers = "/v1/transfers";
    private const string Payouts = "/v1/payouts";

    private readonly PayoutRig _rig = new(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Theory]
    [InlineData(Transfers, "timeout_after")]
    [InlineData(Transfers, "reset_before")]
    [InlineData(Transfers, "truncate")]
    [InlineData(Payouts, "timeout_after")]
    [InlineData(Payouts, "reset_after")]
    [InlineData("/v1/accounts", "reset_after")]
    public async Task LostAnswer_IsFoundAndNothingIsMadeTwice(string path, string fault)
    {
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = path, Times = 2, Do = fault });
        var seller = await _rig.FundedAsync();

        var payout = await _rig.RequestAsync(seller);
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
        await engine.AssertSoundAsync();
    }

    [Theory]
    [InlineData(Transfers)]
    [InlineData(Payouts)]
    public async Task Stored500_IsSentAnewOnlyAfterTwoEmptyLists(string path)
    {
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = path, Times = 1, Status = 500 });
        var seller = await _rig.FundedAsync();

        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM psp_calls WHERE absent_since IS NOT NULL AND item = $1", payout.Value);
        engine.Pass(TimeSpan.FromSeconds(61));
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
        await engine.AssertSoundAsync();
    }

    [Theory]
    [InlineData("000111111116", "no_account")]
    [InlineData("000111111113", "account_closed")]
    [InlineData("000222222227", "insufficient_funds")]
    [InlineData("000333333335", "debit_not_authorized")]
    [InlineData("000444444440", "invalid_currency")]
    public async Task BankThatRefuses_LeavesItHeldUntilItIsTakenBack(string bank, string code)
    {
        var seller = await _rig.FundedAsync(bank: bank);
        var payout = await _rig.RequestAsync(seller);

        await _rig.ArrivesAsync(payout, "FAILED");
        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));
        Assert.Equal(code, await engine.TextAsync("SELECT failure_code FROM payouts WHERE payout_id = $1", payout.Value));
        await _rig.Payouts.TakeBackAsync(payout, "The bank is closed", Actor.Staff("finance"), CancellationToken.None);

        await _rig.IsAsync(payout, "CANCELED");
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task PayAgain_AfterTheBankWasMended_PaysOutOfTheSameTransfer()
    {
        var seller = await _rig.FundedAsync(bank: "000111111113");
        var payout = await _rig.RequestAsync(seller);
        await _rig.ArrivesAsync(payout, "FAILED");

        await _rig.PutAsync(seller);
        var again = await _rig.Payouts.PayAgainAsync(payout, "New account", Actor.Staff("finance"), CancellationToken.None);
        Assert.False(again.IsRefused);
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal((1, 2), await _rig.AtPspAsync(seller, payout));
        Assert.Equal(("10.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task PayAgain_AboveTheLimitToAnotherBank_WaitsForASecondPerson()
    {
        var seller = await _rig.FundedAsync("2000.00", "000111111113");
        var (payout, approval) = await _rig.AskAsync(seller, maker: "maker-again");
        await _rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None);
        await _rig.ArrivesAsync(payout, "FAILED");

        await _rig.PutAsync(seller);
        var asked = await _rig.Payouts.PayAgainAsync(payout, "New account", Actor.Staff("maker-again"), CancellationToken.None);
        Assert.Equal("FAILED", await _rig.StatusAsync(payout));
        Assert.False(asked.IsRefused);
        await _rig.Approvals.ApproveAsync(await _rig.ApprovalOfAsync("payout-again", payout), Actor.Staff("checker"), CancellationToken.None);

        await _rig.ArrivesAsync(payout, "PAID");
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task PaidThatFails_IsReturnedAndHeldAgain()
    {
        var seller = await _rig.FundedAsync(bank: "000555555559");
        var payout = await _rig.RequestAsync(seller);

        await _rig.ComesBackAsync(payout);

        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
        await _rig.Payouts.TakeBackAsync(payout, "Came back", Actor.Staff("finance"), CancellationToken.None);
        await _rig.IsAsync(payout, "CANCELED");
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task WebhooksThatNeverCome_ArePolledFor()
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var payout = await _rig.RequestAsync(seller);
        await _rig.IsAsync(payout, "IN_TRANSIT");

        engine.Pass(TimeSpan.FromMinutes(3));

        await _rig.ArrivesAsync(payout, "PAID");
    }

    /// <summary>Of the platform, or of the seller's own account.</summary>
    [Theory]
    [InlineData(Transfers)]
    [InlineData(Payouts)]
    public async Task WantOfMoney_WaitsAndIsWokenWhenSomeBecomesAvailable(string path)
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = path, Times = 1, Status = 400, Code = "balance_insufficient" });

        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT is_waiting_for_balance FROM payouts WHERE payout_id = $1", payout.Value);
        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));
        await engine.Services.GetRequiredService<PspInbox>().ReceiveAsync(
            new PspEvent("evt_" + Guid.NewGuid().ToString("N"), "balance.available", "balance", null, null, null, null, false, DateTimeOffset.UnixEpoch), "{}", () => { }, CancellationToken.None);

        await _rig.IsAsync(payout, "IN_TRANSIT");
        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
    }

    [Fact]
    public async Task RefusedTransfer_KeepsItsHoldUntilItsLetterIsDiscarded()
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Transfers, Times = 1, Status = 400, Code = "resource_missing" });
        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value);
        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));

        var letter = new DeadLetterId((await engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1", payout.Value))!);
        var end = await engine.Services.GetRequiredService<DeadLetterDesk>().DiscardAsync([letter], "wrong account", Actor.Staff("finance"), CancellationToken.None);

        Assert.False(end.IsRefused);
        Assert.Equal("CANCELED", await _rig.StatusAsync(payout));
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    /// <summary>What the PSP said no to is not sent once more only to be taken back.</summary>
    [Theory]
    [InlineData(Transfers, 0)]
    [InlineData(Payouts, 1)]
    public async Task Refused_AndCancelled_SendsNothingMore_AndGivesTheMoneyBack(string path, int reversals)
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = path, Times = 1, Status = 400, Code = "resource_missing" });
        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value);

        Assert.False((await _rig.Payouts.CancelAsync(payout, Actor.Staff("finance"), CancellationToken.None)).IsRefused);

        await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE payout_id = $1 AND status = 'CANCELED'", payout.Value);
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_exchanges WHERE item = $1 AND method = 'POST' AND path = $2", payout.Value, path));
        Assert.Equal(reversals, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_exchanges WHERE item = $1 AND method = 'POST' AND path LIKE '/v1/transfers/%/reversals'", payout.Value));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND effect_proved = 'Nothing'", payout.Value));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value));
        await engine.AssertSoundAsync();
    }

    /// <summary>A definite no ends its key: the next try is a new POST, and the only one that made something.</summary>
    [Theory]
    [InlineData(Transfers, "transfer")]
    [InlineData(Payouts, "payout")]
    public async Task Refused_AndRedrivenByManyAtOnce_IsSentOnceUnderTheNextKey(string path, string step)
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = path, Times = 1, Status = 400, Code = "resource_missing" });
        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value);

        var letter = new DeadLetterId((await engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1", payout.Value))!);
        await RedriveRace.RunAsync(engine, letter);
        await _rig.ArrivesAsync(payout, "PAID");

        Assert.Equal((1, 1), await _rig.AtPspAsync(seller, payout));
        Assert.Equal((2, 2), (await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item = $1 AND step = $2", payout.Value, step), await engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND step = $2", payout.Value, step)));
        Assert.Equal(("10.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task RefusedPayout_Discarded_IsFailedAndTakenBack()
    {
        var seller = await _rig.FundedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Payouts, Times = 1, Status = 400, Code = "resource_missing" });
        var payout = await _rig.RequestAsync(seller);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value);

        var letter = new DeadLetterId((await engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1", payout.Value))!);
        await engine.Services.GetRequiredService<DeadLetterDesk>().DiscardAsync([letter], "wrong account", Actor.Staff("finance"), CancellationToken.None);
        Assert.Equal("FAILED", await _rig.StatusAsync(payout));
        await _rig.Payouts.TakeBackAsync(payout, "Not payable", Actor.Staff("finance"), CancellationToken.None);

        await _rig.IsAsync(payout, "CANCELED");
        Assert.Equal(("20.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }
}
