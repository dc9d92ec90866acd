using System.Diagnostics;
using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>A file held against so many orders: reading it, matching it, looking for what it left out, and the most memory in use.</summary>
internal sealed record ReconcileFigures(int Rows, TimeSpan Read, TimeSpan Match, TimeSpan Sweep, long PeakMemory, IReadOnlyList<string> Wrong);

/// <summary>
/// A settlement file of N rows against N charges with their fees, planted without their chain: matching does not look at it. Differences of each kind are in the
/// file, and each must be found.
/// </summary>
internal static class ReconcileBench
{
    public const int Fewest = 1_000;

    private const int PerKind = 100;

    private const string Plant = """
        PRAGMA foreign_keys = OFF;
        BEGIN;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, refunded, booked_at)
            SELECT printf('cs_%012d', i), printf('chk_%012d', i), printf('att_%012d', i), 'Orders', 1250, 'USD', printf('ch_%012d', i), 0, 1700006400000000 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO journal_entries (entry_id, chain_id, seq, kind, source_id, posted_at, effective_at, memo, mac, key_id)
            SELECT printf('jrn_%012d', i), 'main', i, 'PspFee', printf('txn_%012d', i), 1700006400000000, 1700006400000000, '', x'00', 'k' FROM n;
        -- In one statement: a second one would keep every page that it changes in memory until it ends, and planting would be the peak.
        INSERT INTO postings (entry_id, seq, line, account, currency, amount) SELECT entry_id, seq, 1, 'psp:fees', 'USD', 66 FROM journal_entries
            UNION ALL SELECT entry_id, seq, 2, 'psp:clearing', 'USD', -66 FROM journal_entries;
        COMMIT;
        """;

    public static async Task<ReconcileFigures> RunAsync(string directory, int rows, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var dialect = new SqliteDialect(Path.Combine(directory, "portal.db"));
        await StoreMigrator.MigrateAsync(dialect, cancellationToken);
        await PlantAsync(dialect, rows, cancellationToken);
        var path = Path.Combine(directory, "settlement.csv");
        await WriteAsync(path, rows, cancellationToken);
        await using var engine = await BenchEngine.OpenAsync(directory, 256, cancellationToken);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        await using var content = File.OpenRead(path);
        var by = Actor.Program("bench");
        var file = (await engine.Get<SettlementGate>().StageAsync(new IncomingFile("settlement.csv", SettlementOrigin.Verb, by), content, cancellationToken)).Value;
        var (read, matching) = (clock.GetElapsedTime(start), clock.GetTimestamp());
        await engine.Get<SettlementDesk>().AcceptAsync(file, by, cancellationToken);
        var (matched, sweeping) = (clock.GetElapsedTime(matching), clock.GetTimestamp());
        await engine.Get<SettlementSweep>().RunAsync(cancellationToken);
        var swept = clock.GetElapsedTime(sweeping);
        var wrong = new List<string>();
        foreach (var kind in new[] { MismatchKind.MissingOurs, MismatchKind.MissingPsp, MismatchKind.Amount, MismatchKind.Currency, MismatchKind.Fee, MismatchKind.Status, MismatchKind.Duplicate, MismatchKind.Unknown })
        {
            var found = await engine.Get<ReconciliationQueries>().CountAsync(new MismatchFilter(Kind: kind, IsClosedToo: true), cancellationToken);
            if (found != PerKind) wrong.Add($"{found} mismatches of the kind {kind} in place of {PerKind}");
        }
        using var process = Process.GetCurrentProcess();
        return new ReconcileFigures(rows, read, matched, swept, process.PeakWorkingSet64, wrong);
    }

    private static async Task PlantAsync(SqliteDialect dialect, int rows, CancellationToken cancellationToken)
    {
        await using var writer = dialect.OpenWriter();
        await using var plant = writer.CreateCommand();
        plant.CommandText = string.Format(CultureInfo.InvariantCulture, Plant, rows);
        plant.CommandTimeout = 0;
        await plant.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first rows are wrong, a hundred in each way; the next hundred are left out.</summary>
    private static async Task WriteAsync(string path, int rows, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(path, false, new UTF8Encoding(false)) { NewLine = "\n" };
        await file.WriteLineAsync("balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id");
        for (var number = 1; number <= rows; number++)
        {
            var row = string.Create(CultureInfo.InvariantCulture, $"txn_{number:D12},2023-11-15 00:00:00,");
            var source = string.Create(CultureInfo.InvariantCulture, $",ch_{number:D12}");
            var text = ((number - 1) / PerKind) switch
            {
                0 => $"{row}usd,12.51,0.66,11.85,charge{source}",
                1 => $"{row}eur,12.50,0.66,11.84,charge{source}",
                2 => $"{row}usd,12.50,0.90,11.60,charge{source}",
                3 => $"{row}usd,12.50,0.66,11.84,charge_failure{source}",
                4 => null,
                5 => $"{row}usd,12.50,0.66,11.84,charge{source}\n{row}usd,12.50,0.66,11.84,charge{source}",
                6 => $"{row}usd,12.50,0.66,11.84,charge{source}\nx{row}usd,1.00,0.00,1.00,charge,x{source[1..]}",
                7 => $"{row}usd,12.50,0.66,11.84,charge{source}\ny{row}usd,1.00,0.00,1.00,unheard_of,",
                _ => $"{row}usd,12.50,0.66,11.84,charge{source}",
            };
            if (text is not null) await file.WriteLineAsync(text.AsMemory(), cancellationToken);
        }
    }
}
