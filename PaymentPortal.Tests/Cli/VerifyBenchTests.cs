using PaymentPortal.Cli.Bench;

namespace PaymentPortal.Tests.Cli;

public sealed class VerifyBenchTests
{
    /// <summary>Honest books: no rule may find anything, and each entry must be there.</summary>
    [Fact]
    public async Task Verify_OfAThousandEntries_FindsNothing()
    {
        var directory = Directory.CreateTempSubdirectory("verify-bench-").FullName;

        var figures = await VerifyBench.RunAsync(directory, VerifyBench.Fewest + 1, CancellationToken.None);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);

        Assert.Empty(figures.Wrong);
        Assert.True(figures.Checks > 40, $"{figures.Checks} checks");
    }
}
