using Xunit.Abstractions;

[assembly: TestCollectionOrderer("PaymentPortal.Tests.Support.LongestFirst", "PaymentPortal.Tests")]

namespace PaymentPortal.Tests.Support;

/// <summary>The rows of tests that take minutes start first: what starts last is short, and no core waits for a row that another began late.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Rank).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static int Rank(ITestCollection row) => row.DisplayName switch
    {
        Browser.Collection => 0,
        EngineCollection.Name => 1,
        var name when name.Contains("CrashTests", StringComparison.Ordinal) || name.Contains("KillStorm", StringComparison.Ordinal) => 2,
        _ => 3,
    };
}
