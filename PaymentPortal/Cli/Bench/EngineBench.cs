using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>The four measures, one right after the other.</summary>
internal sealed record EngineRound(LoadFigures Grouped, LoadFigures Stepwise, LoadFigures Raw, LoadFigures RawStepwise);

/// <summary>What the engine's measures came to, and what was found wrong with their results.</summary>
internal sealed record EngineFigures(IReadOnlyList<EngineRound> Rounds, decimal BytesPerPayment, long PeakMemory, string Database, IReadOnlyList<string> Wrong)
{
    public LoadFigures Sum(Func<EngineRound, LoadFigures> measure) => LoadFigures.Sum(Rounds.Select(measure));

    /// <summary>How many times as fast, in the middle one of the rounds.</summary>
    public decimal Ratio(Func<EngineRound, LoadFigures> left, Func<EngineRound, LoadFigures> right) =>
        Rounds.Select(round => right(round).PerSecond == 0 ? 0 : left(round).PerSecond / right(round).PerSecond).Order().ElementAt(Rounds.Count / 2);
}

/// <summary>
/// The engine without HTTP as it is and with one commit a step, and the same rows by hand in both ways. Each on a store of its own on the same disk,
/// committed with synchronous=FULL. What the rows by hand gain by sharing commits is the most that anybody can gain on this disk. Machine and disk are
/// faster in one minute than in the next, so they take turns, and what is compared was measured within the same seconds.
/// </summary>
internal static class EngineBench
{
    private const int Rounds = 5;
    private const int Callers = 1024;
    private const int MostRawPayments = 2_000;
    private const int MostRawStepwise = 400;
    private const int MostWarmUps = 12;
    private const int FewMethods = 20;

    public static async Task<EngineFigures> RunAsync(string directory, BenchLimits limits, CancellationToken cancellationToken)
    {
        // One commit a step is many times slower: a part of the payments shows its pace, and its callers wait as long as the others do.
        var part = limits with { Payments = Math.Max(1, limits.Payments / 10) };
        await using var grouped = await BenchSide.OpenAsync(Path.Combine(directory, "grouped"), WriteLane.MaxBatch, Callers, cancellationToken);
        await WarmUpAsync(grouped, limits with { Payments = Math.Max(1, limits.Payments / 5) }, cancellationToken);
        await using var reader = grouped.Engine.Dialect.OpenReader();
        var (before, paidBefore) = (BenchStore.Bytes(reader), grouped.Paid);
        var first = await grouped.LoadAsync(limits, cancellationToken);
        var memory = Process.GetCurrentProcess().PeakWorkingSet64;
        var rows = RawRows.Read(reader, Math.Min(MostRawPayments, first.Payments));

        await using var stepwise = await BenchSide.OpenAsync(Path.Combine(directory, "stepwise"), maxBatch: 1, Callers / 8, cancellationToken);
        var rounds = new List<EngineRound>();
        for (var round = 0; round < Rounds; round++)
        {
            var raw = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"raw-{round}"));
            var figures = round == 0 ? first : await grouped.LoadAsync(limits, cancellationToken);
            rounds.Add(new EngineRound(
                figures, await stepwise.LoadAsync(part, cancellationToken),
                await RawAsync(raw, rows, MostRawPayments, (int)decimal.Round(figures.UnitsPerCommit), cancellationToken),
                await RawAsync(raw + "-stepwise", rows, MostRawStepwise, stepsPerCommit: 1, cancellationToken)));
        }
        var bytes = (BenchStore.Bytes(reader) - before) / (decimal)Math.Max(1, grouped.Paid - paidBefore);
        return new EngineFigures(rounds, bytes, memory, BenchStore.Version(reader), [.. await grouped.CheckAsync(cancellationToken), .. await stepwise.CheckAsync(cancellationToken)]);
    }

    /// <summary>
    /// Code that runs for the first time is compiled beside it, and what runs often once more, on the same cores: the first ten seconds of a process tell
    /// the compiler's speed, not the engine's. The rows by hand and the engine with one commit a step come later, when that is over.
    /// </summary>
    private static async Task WarmUpAsync(BenchSide side, BenchLimits limits, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostWarmUps; round++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            await side.LoadAsync(limits, cancellationToken);
            if (JitInfo.GetCompiledMethodCount() - compiled < FewMethods) break;
        }
    }

    private static async Task<LoadFigures> RawAsync(string directory, RawRows rows, int payments, int stepsPerCommit, CancellationToken cancellationToken)
    {
        var dialect = new SqliteDialect(Path.Combine(directory, "raw.db"));
        await StoreMigrator.MigrateAsync(dialect, cancellationToken);
        using var writer = new RawWriter(dialect, rows, stepsPerCommit);
        return writer.Run(payments);
    }
}

/// <summary>An engine under load after load, and how many payments all of them made.</summary>
internal sealed class BenchSide(BenchEngine engine, ApiKeyId caller, int callers) : IAsyncDisposable
{
    private int _loads;

    public BenchEngine Engine => engine;

    public int Paid { get; private set; }

    public static async Task<BenchSide> OpenAsync(string directory, int maxBatch, int callers, CancellationToken cancellationToken)
    {
        var engine = await BenchEngine.OpenAsync(directory, maxBatch, cancellationToken);
        return new BenchSide(engine, await engine.CreateCallerAsync(cancellationToken), callers);
    }

    public async Task<LoadFigures> LoadAsync(BenchLimits limits, CancellationToken cancellationToken)
    {
        var load = new PayInLoad(engine, caller, string.Create(CultureInfo.InvariantCulture, $"load-{_loads++}"));
        var figures = await load.RunAsync(callers, limits, cancellationToken);
        Paid += figures.Payments;
        return figures;
    }

    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => engine.CheckAsync(Paid, cancellationToken);

    public ValueTask DisposeAsync() => engine.DisposeAsync();
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
