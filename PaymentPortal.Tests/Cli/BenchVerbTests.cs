using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Cli;

public sealed class BenchVerbTests
{
    [Fact]
    public async Task Bench_OfAFewPayments_EndsWithATableAndNothingWrong()
    {
        var run = await VerbRun.StartAsync(["bench", "--payments", "50", "--seconds", "30"]);

        Assert.True(run.Exit == 0, run.Errors);
        // Every figure that the README quotes, each a number: what is measured, not how much.
        const string Number = @"\d+(\.\d+)?";
        Assert.Matches(@"\d+ cores, .+ with synchronous=FULL on ", run.Output);
        foreach (var load in new[] { "engine, durable, group commit", "engine, one commit a step", "same rows, hand-made prepared SQL", "the same, one commit a step" })
            Assert.Matches($@"(?m)^{load} +{Number} +.*{Number} +\d+\s*$", run.Output);
        Assert.Matches(@"pay-ins/s +p50 ms +p99 ms +cpu ms +units/commit +payments", run.Output);
        Assert.Matches($@"(?m)^engine, durable, group commit +{Number} +\d+ +\d+ +{Number} +{Number} +\d+\s*$", run.Output);
        Assert.Matches($"engine / prepared SQL: {Number}", run.Output);
        Assert.Matches($"shared commits gain: engine {Number}, prepared SQL {Number}", run.Output);
        Assert.Matches($@"on disk: {Number} KB a payment    peak memory with \d+ payments and their callers: \d+ MB", run.Output);
        Assert.Matches($@"(?m)^over HTTP: create, pay, webhooks +{Number} +\d+ +\d+ +{Number} +\d+\s*$", run.Output);
        Assert.Matches(@"peak memory of the server, engine and sandbox PSP together: \d+ MB", run.Output);
    }

    [Fact]
    public async Task Bench_OfABacklog_TellsEachSpeedAndNothingWrong()
    {
        var run = await VerbRun.StartAsync(["bench", "--retries", "2000"]);

        Assert.True(run.Exit == 0, run.Errors);
        Assert.Equal(3, run.Output.Split('\n').Count(line => line.Contains("2000", StringComparison.Ordinal) && line.Contains("the bare", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bench_OfNoPayments_IsRefused()
    {
        var run = await VerbRun.StartAsync(["bench", "--payments", "0"]);

        Assert.Equal(2, run.Exit);
        Assert.Contains("--payments", run.Errors, StringComparison.Ordinal);
    }
}
