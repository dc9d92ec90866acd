using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>What the engine's measures came to, and what was found wrong with their results.</summary>
internal sealed record EngineFigures(LoadFigures Grouped, LoadFigures Stepwise, LoadFigures Raw, LoadFigures RawStepwise, decimal BytesPerPayment, long PeakMemory, string Database, IReadOnlyList<string> Wrong);

/// <summary>
/// The engine without HTTP as it is and with one commit a step, and the same rows by hand in both ways. Each on an empty store of its own on the same
/// disk, committed with synchronous=FULL. What the rows by hand gain by sharing commits is the most that anybody can gain on this disk.
/// </summary>
internal static class EngineBench
{
    private const int Callers = 512;
    private const int GroupedBatch = 256;
    private const int MostRawPayments = 2_000;
    private const int MostRawStepwise = 400;
    private const int MostWarmUps = 12;
    private const int FewMethods = 20;

    public static async Task<EngineFigures> RunAsync(string directory, BenchLimits limits, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var (grouped, bytes, memory, version, rows) = await GroupedAsync(Path.Combine(directory, "grouped"), limits, wrong, cancellationToken);
        var stepwise = await StepwiseAsync(Path.Combine(directory, "stepwise"), limits, wrong, cancellationToken);
        var raw = await RawAsync(Path.Combine(directory, "raw"), rows, MostRawPayments, (int)decimal.Round(grouped.UnitsPerCommit), cancellationToken);
        var rawStepwise = await RawAsync(Path.Combine(directory, "raw-stepwise"), rows, MostRawStepwise, stepsPerCommit: 1, cancellationToken);
        return new EngineFigures(grouped, stepwise, raw, rawStepwise, bytes, memory, version, wrong);
    }

    private static async Task<(LoadFigures Figures, decimal BytesPerPayment, long PeakMemory, string Version, RawRows Rows)> GroupedAsync(
        string directory, BenchLimits limits, List<string> wrong, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.OpenAsync(directory, GroupedBatch, cancellationToken);
        var caller = await engine.CreateCallerAsync(cancellationToken);
        var warmedUp = await WarmUpAsync(engine, caller, limits with { Payments = Math.Max(1, limits.Payments / 5) }, cancellationToken);
        await using var reader = engine.Dialect.OpenReader();
        var before = BenchStore.Bytes(reader);
        var figures = await new PayInLoad(engine, caller, "load").RunAsync(Callers, limits, cancellationToken);
        var bytes = figures.Payments == 0 ? 0 : (BenchStore.Bytes(reader) - before) / (decimal)figures.Payments;
        var memory = Process.GetCurrentProcess().PeakWorkingSet64;
        wrong.AddRange(await engine.CheckAsync(warmedUp + figures.Payments, cancellationToken));
        return (figures, bytes, memory, BenchStore.Version(reader), RawRows.Read(reader, Math.Min(MostRawPayments, figures.Payments)));
    }

    /// <summary>
    /// Code that runs for the first time is compiled beside it, and what runs often once more, on the same cores: the first ten seconds of a process tell
    /// the compiler's speed, not the engine's. The rows by hand and the engine with one commit a step come later, when that is over.
    /// </summary>
    private static async Task<int> WarmUpAsync(BenchEngine engine, ApiKeyId caller, BenchLimits limits, CancellationToken cancellationToken)
    {
        var done = 0;
        for (var round = 0; round < MostWarmUps; round++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            var load = new PayInLoad(engine, caller, string.Create(CultureInfo.InvariantCulture, $"warm-{round}"));
            await load.RunAsync(Callers, limits, cancellationToken);
            done += load.Completed;
            if (JitInfo.GetCompiledMethodCount() - compiled < FewMethods) break;
        }
        return done;
    }

    private static async Task<LoadFigures> StepwiseAsync(string directory, BenchLimits limits, List<string> wrong, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.OpenAsync(directory, maxBatch: 1, cancellationToken);
        var caller = await engine.CreateCallerAsync(cancellationToken);
        // It is many times slower: a part of the payments shows its pace, and its callers wait as long as the others do.
        var part = limits with { Payments = Math.Max(1, limits.Payments / 5) };
        var figures = await new PayInLoad(engine, caller, "step").RunAsync(Callers / 8, part, cancellationToken);
        wrong.AddRange(await engine.CheckAsync(figures.Payments, cancellationToken));
        return figures;
    }

    private static async Task<LoadFigures> RawAsync(string directory, RawRows rows, int payments, int stepsPerCommit, CancellationToken cancellationToken)
    {
        var dialect = new SqliteDialect(Path.Combine(directory, "raw.db"));
        await StoreMigrator.MigrateAsync(dialect, cancellationToken);
        using var writer = new RawWriter(dialect, rows, stepsPerCommit);
        return writer.Run(payments);
    }
}

/// <summary>What a store says of itself.</summary>
internal static class BenchStore
{
    /// <summary>As large as the file is once its log is written back.</summary>
    public static long Bytes(System.Data.Common.DbConnection reader) => long.Parse(Ask(reader, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"), CultureInfo.InvariantCulture);

    public static string Version(System.Data.Common.DbConnection reader) => "SQLite " + Ask(reader, "SELECT sqlite_version()");

    private static string Ask(System.Data.Common.DbConnection reader, string sql)
    {
        using var command = reader.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }
}
