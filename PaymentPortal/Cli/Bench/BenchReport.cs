using System.Globalization;
using System.Runtime.InteropServices;

namespace PaymentPortal.Cli.Bench;

/// <summary>The figures as a plain table that can be quoted as it stands.</summary>
internal static class BenchReport
{
    public static string Machine(string directory, string database) => Line(
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, {database} with synchronous=FULL on {new DriveInfo(directory).DriveFormat}");

    public static string Head() => Row("", "pay-ins/s", "p50 ms", "p99 ms", "cpu ms", "units/commit", "payments");

    public static string Engine(EngineFigures figures) => string.Join(
        Environment.NewLine,
        Row("engine, durable, group commit", figures.Sum(round => round.Grouped)),
        Row("engine, one commit a step", figures.Sum(round => round.Stepwise)),
        Row("same rows, hand-made prepared SQL", figures.Sum(round => round.Raw)),
        Row("the same, one commit a step", figures.Sum(round => round.RawStepwise)),
        Line($"engine / prepared SQL: {figures.Ratio(round => round.Grouped, round => round.Raw):F2}, the middle of {figures.Rounds.Count} rounds"),
        Line($"shared commits gain: engine {figures.Ratio(round => round.Grouped, round => round.Stepwise):F2}, prepared SQL {figures.Ratio(round => round.Raw, round => round.RawStepwise):F2}, the middle of {figures.Rounds.Count} rounds"),
        Line($"on disk: {figures.BytesPerPayment / 1024:F1} KB a payment    peak memory with {figures.Rounds[0].Grouped.Payments} payments and their callers: {Megabytes(figures.PeakMemory)} MB"));

    public static string Http(HttpFigures figures) => string.Join(
        Environment.NewLine,
        Row("over HTTP: create, pay, webhooks", figures.Load),
        Line($"peak memory of the server, engine and sandbox PSP together: {Megabytes(figures.PeakMemory)} MB"));

    public static string Payouts(PayoutFigures figures) => Line(
        $"{figures.Payouts} payouts: requested over HTTP in {figures.Requested.TotalSeconds:F1} s, approved together in {figures.Approved.TotalSeconds:F1} s, sent through the sandbox PSP in {figures.Sent.TotalSeconds:F1} s, in all {figures.Total.TotalSeconds:F1} s");

    public static string Statement(StatementFigures figures) => Line(
        $"statement of {figures.Movements} movements: first page {figures.FirstPage.TotalMilliseconds:F1} ms, CSV of {Megabytes(figures.FileBytes)} MB in {figures.File.TotalSeconds:F1} s, memory grown by at most {Megabytes(figures.MemoryGrown)} MB");

    public static string Reconcile(ReconcileFigures figures) => Line(
        $"settlement file of {figures.Rows} rows against {figures.Rows} orders: read in {figures.Read.TotalSeconds:F1} s, matched in {figures.Match.TotalSeconds:F1} s, swept in {figures.Sweep.TotalSeconds:F1} s, in all {(figures.Read + figures.Match + figures.Sweep).TotalSeconds:F1} s; peak memory {Megabytes(figures.PeakMemory)} MB");

    public static string Retries(RetryFigures figures) => string.Join(
        Environment.NewLine,
        Backlog("due steps claimed, failed and put off", figures.Count, figures.Tasks),
        Backlog("facts published and read by every consumer", figures.Count, figures.Events),
        Line($"preview of a redrive of {figures.Count} dead letters: {figures.Preview.Engine.TotalMilliseconds:F0} ms; the bare sums {figures.Preview.Raw.TotalMilliseconds:F0} ms"));

    private static string Backlog(string what, int count, BacklogFigures figures) => Line(
        $"{count} {what}: {count / figures.Engine.TotalSeconds:F0}/s; the bare queries {count / figures.Raw.TotalSeconds:F0}/s, ratio {figures.Raw / figures.Engine:F2}");

    public static string Verify(VerifyFigures figures) => Line(
        $"{figures.Entries} entries: built in {figures.Built.TotalSeconds:F1} s, their chain proved in {figures.Chain.TotalSeconds:F1} s ({Number(figures.RowsPerSecond)} rows/s), all {figures.Checks} checks in {figures.Report.Took.TotalSeconds:F1} s; peak memory {Megabytes(figures.PeakMemory)} MB\nslowest: {string.Join(", ", figures.Slowest.Select(line => Line($"{line.Code} {line.Took.TotalSeconds:F1} s")))}");

    public static string Row(string name, LoadFigures figures) => Row(
        name, Number(figures.PerSecond), Milliseconds(figures, 50), Milliseconds(figures, 99), figures.ProcessorMilliseconds.ToString("F2", CultureInfo.InvariantCulture), figures.Commits == 0 ? "" : figures.UnitsPerCommit.ToString("F1", CultureInfo.InvariantCulture), figures.Payments.ToString(CultureInfo.InvariantCulture));

    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / (1024 * 1024)).ToString(CultureInfo.InvariantCulture);

    private static string Row(params string[] cells) => string.Create(CultureInfo.InvariantCulture, $"{cells[0],-36}{cells[1],10}{cells[2],10}{cells[3],10}{cells[4],9}{cells[5],14}{cells[6],10}").TrimEnd();

    private static string Number(decimal number) => number.ToString(number < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private static string Milliseconds(LoadFigures figures, int percent) => figures.Latencies.Count == 0 ? "" : figures.Percentile(percent).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
}
