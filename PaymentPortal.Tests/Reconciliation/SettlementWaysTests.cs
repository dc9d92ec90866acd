using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>A program of its own with its PSP: money that went every way there is meets the PSP's own files, and its day proves itself.</summary>
public sealed class SettlementWaysTests(EngineHost engine) : IClassFixture<EngineHost>
{
    private const string BankThatFails = "000111111113";

    private readonly ReturnDesk _desk = new(engine);
    private readonly PayoutRig _rig = new(engine);

    [Fact]
    public async Task Day_WithMoneyOfEveryWay_MatchesTheFilesLineByLine_AndProvesItself()
    {
        var now = Now();
        if (now.Hour is >= 22 or < 2) engine.Pass(now.Date.AddDays(now.Hour >= 22 ? 1 : 0).AddHours(2) - now.UtcDateTime);
        var day = DateOnly.FromDateTime(Now().UtcDateTime);
        var (paid, failed) = (await PayOutAsync(PayoutRig.GoodBank), await PayOutAsync(BankThatFails));
        var (back, lost) = (await _desk.MadeAsync(await _desk.OrderAsync(await _desk.PaidAsync()), "5.00"), await _desk.MadeAsync(await _desk.OrderAsync(await _desk.PaidAsync("pm_card_refundFail"))));
        var (won, gone) = (await DisputeAsync("winning_evidence"), await DisputeAsync("losing_evidence"));
        engine.Pass(TimeSpan.FromSeconds(10));
        await _rig.IsAsync(paid, "PAID");
        await _rig.IsAsync(failed, "FAILED");
        Assert.False((await _rig.Payouts.TakeBackAsync(failed, "the bank is closed", Actor.Staff("maker"), CancellationToken.None)).IsRefused);
        await _rig.IsAsync(failed, "CANCELED");
        await _desk.IsAsync(back, "SUCCEEDED");
        await _desk.IsAsync(lost, "FAILED");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE dispute_id = $1 AND status = 'WON'", won);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE dispute_id = $1 AND status = 'LOST'", gone);

        await NextDayAsync(files: 2);

        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM mismatches"));
        foreach (var category in new[] { Facts.Charge, Facts.Refund, Facts.RefundFailure, Facts.Dispute, Facts.DisputeReversal, Facts.Transfer, Facts.TransferReversal })
            Assert.True(await engine.ScalarAsync("SELECT COUNT(*) FROM settlement_lines WHERE category = $1 AND bucket = 'Matched'", category) > 0, category);
        var proof = await engine.Services.GetRequiredService<DayProver>().ProveAsync(day, CancellationToken.None);
        Assert.Empty(proof.Items.Select(item => $"{item.Category} {item.Item} {item.Reason} {item.Note} {item.Orders} {item.Ledger} {item.Wallets} {item.Psp}"));
        Assert.True(proof.IsProved);

        // A payout to our bank is reported on the day on which it arrives.
        using var made = await engine.Control.Http.PostAsync("automatic-payout", new StringContent("""{"currency":"usd"}""", Encoding.UTF8, "application/json"));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE requested_by = 'psp'");
        await NextDayAsync(files: 4);
        await NextDayAsync(files: 6);
        await NextDayAsync(files: 8);
        Assert.Equal((1, 0), (await engine.ScalarAsync("SELECT COUNT(*) FROM settlement_lines WHERE category = 'payout' AND bucket = 'Matched'"), await engine.ScalarAsync("SELECT COUNT(*) FROM mismatches")));
        await engine.AssertSoundAsync();
    }

    private DateTimeOffset Now() => engine.Services.GetRequiredService<TimeProvider>().GetUtcNow();

    private async Task<PayoutId> PayOutAsync(string bank) => await _rig.RequestAsync(await _rig.FundedAsync(bank: bank));

    private async Task<string> DisputeAsync(string evidence)
    {
        var checkout = await _desk.PaidAsync("pm_card_createDispute");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE checkout_id = $1 AND status = 'NEEDS_RESPONSE'", checkout.Id);
        var dispute = (await engine.TextAsync("SELECT dispute_id FROM disputes WHERE checkout_id = $1", checkout.Id))!;
        var answer = await engine.Client.PostAsync($"/api/v1/disputes/{dispute}/evidence", Guid.NewGuid().ToString(), $$"""{"text":"{{evidence}}","submit":true}""");
        Assert.True(answer.Status == 200, answer.Text);
        return dispute;
    }

    /// <summary>Lets the day end, and the nightly work get its files.</summary>
    private async Task NextDayAsync(int files)
    {
        var now = Now();
        engine.Pass(now.Date.AddDays(1).AddHours(1) - now.UtcDateTime);
        var reports = engine.Services.GetRequiredService<SettlementReports>();
        await reports.RunAsync(CancellationToken.None);
        await Until.TrueAsync(async () =>
        {
            engine.Pass(TimeSpan.FromMilliseconds(200));
            return await engine.ScalarAsync("SELECT COUNT(*) FROM report_orders WHERE done_at IS NOT NULL") == files;
        });
        await reports.RunAsync(CancellationToken.None);
    }
}
