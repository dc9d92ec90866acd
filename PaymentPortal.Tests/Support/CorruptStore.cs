using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>What somebody with the database file in his hands can do, and the checks that must notice it.</summary>
internal static class CorruptStore
{
    /// <summary>Runs SQL past the lane, the foreign keys and the check constraints.</summary>
    public static async Task CorruptAsync(this TestStore store, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={store.Dialect.File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA writable_schema=ON;" + sql;
        await command.ExecuteNonQueryAsync();
    }

    public static ChainAnchors Anchors(this TestStore store) => new(store.Directory, store.Dialect, store.Time);

    /// <summary>Runs the invariants of Integrity, Ledger and Wallets and returns what is broken, by code; a copy is judged by the anchors of the store it was taken from.</summary>
    public static async Task<Dictionary<string, IReadOnlyList<string>>> BrokenAsync(this TestStore store, SqliteDialect? copy = null)
    {
        using var anchors = store.Anchors();
        var dialect = copy ?? store.Dialect;
        IInvariant[] invariants = [new StoreInvariant(dialect), new ClockInvariant(dialect, store.Time), .. LedgerInvariants.All, .. WalletInvariants.All];
        var runner = new InvariantRunner(dialect, invariants, [new JournalChain(), new AuditChain()], store.Chain, anchors, store.Time);
        var report = await runner.RunAsync(_ => { }, CancellationToken.None);
        return report.Lines.Where(line => line.State == InvariantState.Broken).ToDictionary(line => line.Code, line => line.Findings);
    }
}
