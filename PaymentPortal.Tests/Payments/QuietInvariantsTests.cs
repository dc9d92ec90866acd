using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>The checks that need a quiet store or the PSP: told only when that was there.</summary>
public sealed class QuietInvariantsTests : IAsyncLifetime
{
    private StubEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Quiet_NotSaidToBe_IsNotChecked()
    {
        foreach (var invariant in QuietInvariants.Of(VerifyScope.Busy)) Assert.Contains("--quiet-state", (await CheckAsync(invariant)).NotChecked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_WithFactsUnread_NamesThem()
    {
        await _engine.PaidAsync();

        var report = await CheckAsync(QuietInvariants.Of(new VerifyScope(true)).Single(invariant => invariant.Code == "quiet-03"));

        Assert.Contains(report.Violations, line => line.Contains("has no position", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quiet_WithAWaitingEvent_NamesIt()
    {
        await _engine.Lane.RunAsync(unit => unit.Execute(
            "INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries) VALUES ('evt_1', 'x', 'cs_1', 'Waiting', 0, 0, 1)"), CancellationToken.None);

        var report = await CheckAsync(QuietInvariants.Of(new VerifyScope(true)).Single(invariant => invariant.Code == "quiet-02"));

        Assert.Equal(["event evt_1 waits"], report.Violations);
    }

    [Fact]
    public async Task PspBooks_ThatDiffer_AreToldAndBrokenOnlyWhenQuiet()
    {
        await _engine.PaidAsync();

        var busy = await CheckAsync(new PspBooksInvariant(_engine.Psp, VerifyScope.Busy));
        var quiet = await CheckAsync(new PspBooksInvariant(_engine.Psp, new VerifyScope(true)));

        Assert.Contains("the PSP holds 0.00 USD, the ledger says", busy.NotChecked, StringComparison.Ordinal);
        Assert.Contains("the PSP holds 0.00 USD, the ledger says", Assert.Single(quiet.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PspBooks_ThatAgree_Hold()
    {
        var report = await CheckAsync(new PspBooksInvariant(_engine.Psp, new VerifyScope(true)));

        Assert.Same(InvariantReport.Green, report);
    }

    [Fact]
    public async Task AskPsp_OfAPaidPayment_HoldsItsWordAgainstOurs()
    {
        var paid = await _engine.PaidAsync();

        var answer = await _engine.Get<PaymentDesk>().AskPspAsync(new(paid.Id), Core.Common.Actor.Staff("usr_1"), CancellationToken.None);

        Assert.Equal("The PSP answered: paid 25.00 USD. That is what our books say.", answer.Value.Text);
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'payment.ask-psp' AND object_id = $1", paid.Id));
    }

    private async Task<InvariantReport> CheckAsync(IInvariant invariant)
    {
        await using var snapshot = _engine.Get<SqlDialect>().OpenReader();
        return await invariant.CheckAsync(snapshot, CancellationToken.None);
    }
}
