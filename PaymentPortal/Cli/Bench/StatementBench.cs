using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Cli.Bench;

/// <summary>A long statement: the slowest of its first pages, and the file with the memory that writing it took.</summary>
internal sealed record StatementFigures(int Movements, TimeSpan FirstPage, TimeSpan File, long FileBytes, long MemoryGrown);

/// <summary>
/// The statement of a seller with very many movements, rows planted without their chain: reading does not look at it.
/// </summary>
internal static class StatementBench
{
    private const int Pages = 5;
    private const string Seller = "seller-long";

    private const string Plant = """
        PRAGMA foreign_keys = OFF;
        BEGIN;
        INSERT INTO seller_accounts (seller_account, created_at) VALUES ('seller-long', 0);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO journal_entries (entry_id, chain_id, seq, kind, source_id, posted_at, effective_at, memo, mac, key_id)
            SELECT printf('jrn_01J%023d', i), 'main', i, 'PayIn', printf('ord_%026d', i), 1700000000000000 + i * 1000000, 1700000000000000 + i * 1000000, '', x'00', 'k' FROM n;
        INSERT INTO postings (entry_id, seq, line, account, currency, amount) SELECT entry_id, seq, 1, 'psp:clearing', 'USD', 100 FROM journal_entries;
        INSERT INTO postings (entry_id, seq, line, account, currency, amount) SELECT entry_id, seq, 2, 'seller:seller-long:payable', 'USD', -100 FROM journal_entries;
        INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ('seller-long', 'USD', {0} * 100, 0);
        COMMIT;
        """;

    public static async Task<StatementFigures> RunAsync(string directory, int movements, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var dialect = new SqliteDialect(Path.Combine(directory, "portal.db"));
        await StoreMigrator.MigrateAsync(dialect, cancellationToken);
        await using (var writer = dialect.OpenWriter())
        {
            await using var plant = writer.CreateCommand();
            plant.CommandText = string.Format(CultureInfo.InvariantCulture, Plant, movements);
            plant.CommandTimeout = 0;
            await plant.ExecuteNonQueryAsync(cancellationToken);
        }
        var queries = new StatementQueries(dialect);
        var (seller, usd) = (SellerAccount.Of(Seller), Currency.Of("USD"));
        await queries.ReadAsync(seller, usd, default, null, 50, cancellationToken);
        var first = await SlowestAsync(() => queries.ReadAsync(seller, usd, default, null, 50, cancellationToken));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (clock, most) = (TimeProvider.System, before);
        var start = clock.GetTimestamp();
        await using var file = new StreamWriter(Path.Combine(directory, "statement.csv"));
        var watch = new PeakWriter(file, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false)));
        await StatementCsv.WriteAsync(queries, seller, usd, default, watch, cancellationToken);
        var took = clock.GetElapsedTime(start);
        return new StatementFigures(movements, first, took, new FileInfo(Path.Combine(directory, "statement.csv")).Length, most - before);
    }

    private static async Task<TimeSpan> SlowestAsync(Func<Task<Statement>> read)
    {
        var slowest = TimeSpan.Zero;
        for (var page = 0; page < Pages; page++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await read();
            var took = TimeProvider.System.GetElapsedTime(start);
            if (took > slowest) slowest = took;
        }
        return slowest;
    }

    /// <summary>Looks at the memory now and then while lines pass.</summary>
    private sealed class PeakWriter(TextWriter inner, Action look) : TextWriter
    {
        private const int Every = 10_000;
        private int _lines;

        public override System.Text.Encoding Encoding => inner.Encoding;

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (++_lines % Every == 0) look();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
    }
}
