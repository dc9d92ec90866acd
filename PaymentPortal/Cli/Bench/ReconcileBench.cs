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
/// file, and each must be found and rightly named, movement by movement, and nothing else. With a million rows it must also keep what is promised of time and memory.
/// </summary>
internal static class ReconcileBench
{
    public const int Fewest = 1_000;

    private const int PerKind = 100;
    private const int Promised = 1_000_000;
    private const long MostMemory = 256L << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <summary>The day of the file and of the charges; some lines are of the evening before.</summary>
    private static readonly DateTimeOffset Day = new(2023, 11, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is wrong with each hundred rows, in their order, and how their movements are named.</summary>
    private static readonly (MismatchKind Kind, string Prefix)[] Planted =
    [
        (MismatchKind.Amount, "txn_"), (MismatchKind.Currency, "txn_"), (MismatchKind.Fee, "txn_"), (MismatchKind.Status, "txn_"), (MismatchKind.MissingPsp, "charge:ch_"), (MismatchKind.Duplicate, "txn_"),
        (MismatchKind.MissingOurs, "xtxn_"), (MismatchKind.Unknown, "ytxn_"), (MismatchKind.Timing, "txn_"),
    ];

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
        var file = (await engine.Get<SettlementGate>().StageAsync(new IncomingFile("settlement.csv", SettlementOrigin.Verb, by, Day, Day.AddDays(1)), content, cancellationToken)).Value;
        var (read, matching) = (clock.GetElapsedTime(start), clock.GetTimestamp());
        await engine.Get<SettlementDesk>().AcceptAsync(file, by, cancellationToken);
        var (matched, sweeping) = (clock.GetElapsedTime(matching), clock.GetTimestamp());
        await engine.Get<SettlementSweep>().RunAsync(cancellationToken);
        var swept = clock.GetElapsedTime(sweeping);
        var wrong = new List<string>();
        for (var at = 0; at < Planted.Length; at++) wrong.AddRange(await JudgeAsync(engine.Get<ReconciliationQueries>(), at, cancellationToken));
        using var process = Process.GetCurrentProcess();
        if (rows >= Promised && read + matched + swept > MostTime) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{(read + matched + swept).TotalSeconds:0.0} s are more than the {MostTime.TotalSeconds:0} that are promised"));
        if (rows >= Promised && process.PeakWorkingSet64 > MostMemory) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 >> 20} MB are more than the {MostMemory >> 20} that are promised"));
        return new ReconcileFigures(rows, read, matched, swept, process.PeakWorkingSet64, wrong);
    }

    /// <summary>The kind's movements, one by one: as many by chance are not enough.</summary>
    private static async Task<IEnumerable<string>> JudgeAsync(ReconciliationQueries queries, int at, CancellationToken cancellationToken)
    {
        var (kind, prefix) = Planted[at];
        var planted = Enumerable.Range((at * PerKind) + 1, PerKind).Select(number => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:D12}")).ToHashSet(StringComparer.Ordinal);
        var found = (await queries.MismatchesAsync(new MismatchFilter(Kind: kind, IsClosedToo: true), null, 2 * PerKind, cancellationToken)).Items.Select(one => one.TransactionId ?? one.Fact!).ToList();
        return planted.Except(found).Select(id => $"{kind} {id} was not found").Concat(found.Except(planted).Select(id => $"{kind} {id} is none")).Concat(found.Count == found.Distinct(StringComparer.Ordinal).Count() ? [] : [$"{kind} was found twice"]);
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
                8 => string.Create(CultureInfo.InvariantCulture, $"txn_{number:D12},2023-11-14 23:59:00,usd,12.50,0.66,11.84,charge{source}"),
                _ => $"{row}usd,12.50,0.66,11.84,charge{source}",
            };
            if (text is not null) await file.WriteLineAsync(text.AsMemory(), cancellationToken);
        }
    }
}
