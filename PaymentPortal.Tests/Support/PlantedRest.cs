using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Analytics;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// Settlement files with their mismatches, one settled by two people, a file that was taken back, and nothing under way: to be corrupted. What other rules
/// need is planted with the corruption itself.
/// </summary>
public sealed class PlantedRest : IAsyncLifetime
{
    private static readonly VerifyScope Quiet = new(true);

    private PlantedStore _store = null!;

    public async Task InitializeAsync()
    {
        await using var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "ok", "amount", "fee", "late" }) await rig.ChargeAsync(id);
        await rig.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("ok"), SettlementRig.Row("amount", "12.60", net: "11.94"), SettlementRig.Row("fee", fee: "0.67", net: "11.83"), SettlementRig.Row("ok"), SettlementRig.Row("extra")));
        var taken = await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("other", at: "2026-11-21 10:00:00")), SettlementRig.Day.AddDays(1));
        await rig.Files.RollBackAsync(taken, Actor.Staff("maker"), "The wrong day", CancellationToken.None);
        var id1 = new MismatchId((await rig.SingleAsync(MismatchKind.Amount)).MismatchId);
        await rig.Desk.DoAsync(id1, new MismatchOrder(MismatchAct.Adjust, "The PSP is right"), Actor.Staff("maker"), CancellationToken.None);
        var approval = new ApprovalId((await rig.Queries.FindMismatchAsync(id1, CancellationToken.None))!.ApprovalId!);
        await rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None);
        rig.Store.Time.Advance(SettlementRig.Day.AddDays(4) - rig.Store.Time.GetUtcNow());
        await rig.Sweep.RunAsync(CancellationToken.None);
        var audit = new AuditLog(rig.Store.Chain);
        var terms = new FeeTermDesk(rig.Store.Lane, rig.Store.Dialect, audit);
        await terms.SetAsync(new NewFeeTerm("USD", "2.9", "0.30", new DateOnly(2026, 1, 1), "The contract"), Actor.Staff("maker"), CancellationToken.None);
        await terms.SetAsync(new NewFeeTerm("USD", "2.5", "0.30", new DateOnly(2026, 6, 1), "The new contract"), Actor.Staff("maker"), CancellationToken.None);
        var policies = new RetryPolicyDesk(rig.Store.Lane, rig.Store.Databases, new RetryPolicies(rig.Store.Dialect, below => below - 1), audit, rig.Approvals);
        foreach (var tries in new[] { 3, 4 })
        {
            var policy = RetryPolicy.Fixed(TimeSpan.FromSeconds(30), tries);
            var draft = await policies.DraftAsync(RetryOperations.CreateSession, ErrorClass.Unreachable, policy, Actor.Staff("maker"), CancellationToken.None);
            await rig.Store.RunAsync(unit => policies.Publish(unit, RetryOperations.CreateSession, ErrorClass.Unreachable, draft.Value, Actor.Staff("maker"), "Tried out").Value);
        }
        var clearing = await rig.ClearingAsync();
        var psp = new StubPsp(rig.Store.Time) { Holds = Books.Usd(clearing) };
        var keys = rig.Store.Keys;
        _store = await PlantedStore.CopyAsync(rig.Store.Dialect.File,
        [
            .. ReconciliationInvariants.All, new LineMacInvariant(keys), new HistoryInvariant(keys, MismatchMoves.Rules), .. RetryInvariants.All, .. WebhookInvariants.All, new PspCallInvariant(),
            new FigureInvariant(), new HeldInvariant([new HeldPart("SELECT seller_account, currency, amount FROM dispute_shares WHERE state = 'Held'")]), .. QuietInvariants.Of(Quiet), .. QuietPayouts.Of(Quiet),
            new PspBooksInvariant(psp, Quiet),
        ]);
        SqliteConnection.ClearAllPools();
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql) => _store.BrokenAfterAsync(sql);
}
