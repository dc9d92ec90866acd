using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>The watch over one store, its anchors and its clock; a second rig on the same store is the program after a restart.</summary>
internal sealed class WatchRig : IDisposable
{
    public WatchRig(SqliteDialect dialect, WriteLane lane, KeyRing keys, string directory, TimeProvider time, WatchReach? reach = null, params IInvariant[] more)
    {
        var chain = new HashChain(keys);
        IInvariant[] invariants = [new StoreInvariant(dialect), .. LedgerInvariants.All, .. WalletInvariants.All, new HistoryInvariant(keys, PaymentHistoryRules.Payments), .. more];
        IChainedRows[] chains = [new JournalChain(), new AuditChain()];
        Anchors = new ChainAnchors(directory, dialect, time);
        Results = new IntegrityResults(dialect, lane, NullLogger<IntegrityResults>.Instance);
        Runner = new InvariantRunner(dialect, invariants, chains, chain, Anchors, time);
        Watch = new IntegrityWatch(dialect, lane, keys, Runner, invariants, chains, chain, Anchors, Results, reach ?? WatchReach.Usual with { Rest = 0 }, time);
        Desk = new IntegrityDesk(Runner, Watch, Results, lane, new AuditLog(chain), time, NullLogger<IntegrityDesk>.Instance);
    }

    public ChainAnchors Anchors { get; }

    public IntegrityResults Results { get; }

    public InvariantRunner Runner { get; }

    public IntegrityWatch Watch { get; }

    public IntegrityDesk Desk { get; }

    public static WatchRig Of(TestStore store, WatchReach? reach = null, params IInvariant[] more) => new(store.Dialect, store.Lane, store.Keys, store.Directory, store.Time, reach, more);

    /// <summary>One pass, and what is red after it. The clock moves on, so that the next is later.</summary>
    public async Task<Dictionary<string, IntegrityResult>> PassAsync(ManualTime time)
    {
        await Watch.PassAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(1));
        return (await Results.ReadAsync(CancellationToken.None)).Where(result => result.State == InvariantState.Broken).ToDictionary(result => result.Code);
    }

    public void Dispose()
    {
        Desk.Dispose();
        Watch.Dispose();
        Anchors.Dispose();
    }
}
