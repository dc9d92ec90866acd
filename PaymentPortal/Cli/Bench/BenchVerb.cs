using System.Globalization;
using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>
/// <c>bench [--seconds N] [--payments N]</c>, <c>bench --payouts [N]</c> for paying out alone, <c>bench --reconcile [N]</c> for a settlement file, <c>bench --verify [N]</c> for the
/// checks over N entries, or <c>bench --retries [N]</c> for a backlog: measures on a temporary data directory and prints a table. Slow is no failure; a payment that is not SUCCESS,
/// books that don't balance or a broken invariant are.
/// </summary>
internal static class BenchVerb
{
    private const int DefaultPayments = 5_000;
    private const int DefaultSeconds = 20;
    private const int DefaultPayouts = 10_000;
    private const int MovementsPerPayout = 100;
    private const int DefaultRows = 1_000_000;
    private const int DefaultBacklog = 100_000;
    private const int DefaultEntries = 1_000_000;

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var limits = new BenchLimits(Number(arguments, "payments", DefaultPayments), TimeSpan.FromSeconds(Number(arguments, "seconds", DefaultSeconds)));
        var directory = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            if (arguments.Find("verify") is { } entries) return await MeasureVerifyAsync(directory, entries.Length == 0 ? DefaultEntries : Number(arguments, "verify", DefaultEntries), cancellationToken);
            if (arguments.Find("reconcile") is { } rows) return await MeasureReconcileAsync(directory, rows.Length == 0 ? DefaultRows : Number(arguments, "reconcile", DefaultRows), cancellationToken);
            if (arguments.Find("retries") is { } backlog) return await MeasureRetriesAsync(directory, backlog.Length == 0 ? DefaultBacklog : Number(arguments, "retries", DefaultBacklog), cancellationToken);
            return arguments.Find("payouts") is { } payouts
                ? await MeasurePayoutsAsync(directory, payouts.Length == 0 ? DefaultPayouts : Number(arguments, "payouts", DefaultPayouts), cancellationToken)
                : await MeasureAsync(directory, limits, cancellationToken);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string directory, BenchLimits limits, CancellationToken cancellationToken)
    {
        var engine = await EngineBench.RunAsync(directory, limits, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Machine(directory, engine.Database));
        await Terminal.Out.WriteLineAsync(BenchReport.Head());
        await Terminal.Out.WriteLineAsync(BenchReport.Engine(engine));
        var http = await HttpBench.RunAsync(Path.Combine(directory, "http"), limits, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Http(http));
        IReadOnlyList<string> all = [.. engine.Wrong, .. http.Wrong];
        foreach (var wrong in all.Take(20)) await Terminal.Errors.WriteLineAsync("wrong: " + wrong);
        return all.Count == 0 ? 0 : 1;
    }

    private static async Task<int> MeasurePayoutsAsync(string directory, int payouts, CancellationToken cancellationToken)
    {
        var figures = await PayoutBench.RunAsync(Path.Combine(directory, "payouts"), payouts, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Payouts(figures));
        await Terminal.Out.WriteLineAsync(BenchReport.Statement(await StatementBench.RunAsync(Path.Combine(directory, "statement"), payouts * MovementsPerPayout, cancellationToken)));
        foreach (var wrong in figures.Wrong.Take(20)) await Terminal.Errors.WriteLineAsync("wrong: " + wrong);
        return figures.Wrong.Count == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureReconcileAsync(string directory, int rows, CancellationToken cancellationToken)
    {
        if (rows < ReconcileBench.Fewest) throw new StartRefusedException($"--reconcile must be {ReconcileBench.Fewest} or more: a hundred differences of each kind are among the rows.");
        var figures = await ReconcileBench.RunAsync(Path.Combine(directory, "reconcile"), rows, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Reconcile(figures));
        foreach (var wrong in figures.Wrong) await Terminal.Errors.WriteLineAsync("wrong: " + wrong);
        return figures.Wrong.Count == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureRetriesAsync(string directory, int count, CancellationToken cancellationToken)
    {
        var figures = await RetryBench.RunAsync(directory, count, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Retries(figures));
        foreach (var wrong in figures.Wrong) await Terminal.Errors.WriteLineAsync("wrong: " + wrong);
        return figures.Wrong.Count == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureVerifyAsync(string directory, int entries, CancellationToken cancellationToken)
    {
        if (entries < VerifyBench.Fewest) throw new StartRefusedException($"--verify must be {VerifyBench.Fewest} or more.");
        var figures = await VerifyBench.RunAsync(Path.Combine(directory, "verify"), entries, cancellationToken);
        await Terminal.Out.WriteLineAsync(BenchReport.Verify(figures));
        foreach (var wrong in figures.Wrong.Take(20)) await Terminal.Errors.WriteLineAsync("wrong: " + wrong);
        return figures.Wrong.Count == 0 ? 0 : 1;
    }

    private static int Number(Arguments arguments, string name, int otherwise)
    {
        if (arguments.Find(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new StartRefusedException($"--{name} must be a whole number above 0, not '{text}'.");
    }
}
