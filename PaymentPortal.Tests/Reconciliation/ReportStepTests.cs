using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>The nightly report when somebody was quicker and brought the same file in by hand.</summary>
public sealed class ReportStepTests : IAsyncLifetime
{
    private const string Payouts = "payout_id,effective_at_utc,currency,balance_transaction_id,gross,fee,net,reporting_category,payout_status\n";

    private StubEngine _engine = null!;
    private StubReports _reports = null!;

    public async Task InitializeAsync()
    {
        _engine = await StubEngine.StartAsync((services, time) => services.Replace(ServiceDescriptor.Singleton<IReportProvider>(_reports = new StubReports(time))));
        _reports.File = type => type.StartsWith("payouts", StringComparison.Ordinal) ? Payouts : Day;
        await _engine.PaidAsync();
        _engine.Time.Advance(TimeSpan.FromDays(1));
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    private string Day => SettlementRig.File(SettlementRig.Row("day", at: _engine.Time.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd 10:00:00", System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SameFileByHand_EndsTheStepQuietly_AndIsTheFileOfTheDay(bool isAccepted)
    {
        var byHand = (await _engine.Get<SettlementGate>().StageAsync(new IncomingFile("by hand.csv", SettlementOrigin.Upload, Actor.Staff("maker")), new MemoryStream(Encoding.UTF8.GetBytes(Day)), CancellationToken.None)).Value;
        if (isAccepted) await _engine.Get<SettlementDesk>().AcceptAsync(byHand, Actor.Staff("maker"), CancellationToken.None);

        await NightAsync();

        Assert.Equal(byHand.Value, await _engine.TextAsync("SELECT file_id FROM report_orders WHERE kind = 'Activity' AND done_at IS NOT NULL"));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters"));
        Assert.Equal(2, await _engine.ScalarAsync("SELECT COUNT(*) FROM settlement_files WHERE state = 'Accepted'"));
    }

    [Fact]
    public async Task Orders_AreListedWithWhatBecameOfThem()
    {
        var orders = _engine.Get<ReportOrderQueries>();
        _reports.Withdrawn.Add("payouts.itemized.3");

        await _engine.Get<SettlementReports>().RunAsync(CancellationToken.None);
        var ordered = await orders.ListAsync(_engine.Time.GetUtcNow(), CancellationToken.None);
        await NightAsync();
        var ended = (await orders.ListAsync(_engine.Time.GetUtcNow().AddDays(-2), CancellationToken.None)).OrderBy(order => order.Kind).ToList();

        Assert.Equal([(ReportOrderState.Waiting, true), (ReportOrderState.Waiting, true)], ordered.Select(order => (order.State, order.NextLook is not null)));
        Assert.Equal([ReportOrderState.Done, ReportOrderState.Dead], ended.Select(order => order.State));
        Assert.Equal(await _engine.TextAsync("SELECT file_id FROM settlement_files"), ended[0].FileId);
        Assert.Equal(("The PSP offers no payouts.itemized report.", await _engine.TextAsync("SELECT cause_key FROM dead_letters")), (ended[1].Why, ended[1].CauseKey));
        // Long ago, only what is not here yet is still told.
        Assert.Equal([ReportOrderState.Dead], (await orders.ListAsync(_engine.Time.GetUtcNow().AddDays(9), CancellationToken.None)).Select(order => order.State));
    }

    private async Task NightAsync()
    {
        await _engine.Get<SettlementReports>().RunAsync(CancellationToken.None);
        for (var round = 0; round < 4; round++)
        {
            foreach (var order in await _engine.Lane.RunAsync(unit => unit.Query("SELECT order_id FROM report_orders WHERE done_at IS NULL", row => row.GetString(0)), CancellationToken.None))
            {
                if (await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, SettlementReports.Step, order), CancellationToken.None) is { } task)
                    await _engine.Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
            }
        }
    }
}
