using PaymentPortal.Cli.Bench;

namespace PaymentPortal.Tests.Cli;

public sealed class ReconcileBenchTests
{
    /// <summary>A hundred differences of each kind among the rows: all are found and rightly named.</summary>
    [Fact]
    public async Task Reconcile_OfAThousandRows_FindsEveryPlantedDifference()
    {
        var directory = Directory.CreateTempSubdirectory("reconcile-bench-").FullName;

        var figures = await ReconcileBench.RunAsync(directory, ReconcileBench.Fewest, CancellationToken.None);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);

        Assert.Empty(figures.Wrong);
    }
}
