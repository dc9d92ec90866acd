using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Cli;

public sealed class BenchVerbTests
{
    [Fact]
    public async Task Bench_OfAFewPayments_EndsWithATableAndNothingWrong()
    {
        var run = await VerbRun.StartAsync(["bench", "--payments", "50", "--seconds", "30"]);

        Assert.True(run.Exit == 0, run.Errors);
        Assert.Contains("engine / prepared SQL", run.Output, StringComparison.Ordinal);
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
