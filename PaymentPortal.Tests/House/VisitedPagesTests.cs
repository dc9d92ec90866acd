using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace PaymentPortal.Tests.House;

/// <summary>
/// Every page of the portal is visited by a test that holds what it visits to axe's rules: a new page without such a visit fails here. The visits are read from
/// those tests: each address that they write down, with what they fill in standing for any one segment.
/// </summary>
public sealed partial class VisitedPagesTests
{
    /// <summary>Visited under an address that no test can write down: a link that the program prints, and any address that is none.</summary>
    private static readonly string[] ByAnotherAddress = ["/setup", "/not-found"];

    /// <summary>Seeds that give the tests addresses to visit.</summary>
    private static readonly string[] Seeds = ["ReconSeed.cs", "CloseSeed.cs"];

    [Fact]
    public void EveryPage_IsVisitedByATestThatHoldsItToAxesRules()
    {
        var visited = Visited();
        var pages = typeof(PortalHost).Assembly.GetTypes().Select(type => (Page: type, Routes: type.GetCustomAttributes<RouteAttribute>().Select(route => route.Template).ToList())).Where(page => page.Routes.Count > 0).ToList();

        Assert.True(pages.Count > 40, $"{pages.Count} pages");
        Assert.Empty(pages.Where(page => !page.Routes.Exists(route => ByAnotherAddress.Contains(route) || visited.Exists(address => Fits(route, address)))).Select(page => $"{page.Page.Name} at {page.Routes[0]}"));
    }

    [Theory]
    [InlineData("/payments/{Id}", "/payments/*", true)]
    [InlineData("/payments/{Id}", "/payments/chk_none", true)]
    [InlineData("/payments/{Id}", "/payments", false)]
    [InlineData("/payouts/own", "/payouts/*", false)]
    [InlineData("/", "/", true)]
    public void Route_FitsWhatIsVisited(string route, string address, bool fits) => Assert.Equal(fits, Fits(route, address));

    private static List<string> Visited() => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Tests"), "*.cs", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
        .Where(file => Seeds.Contains(file.Name) || (file.Text.Contains(".AssertAccessibleAsync(", StringComparison.Ordinal) && file.Name != "Browser.cs"))
        .SelectMany(file => Address().Matches(file.Text))
        .Select(match => Filled().Replace(match.Groups["address"].Value.Split('?')[0], "*"))
        .Distinct()];

    /// <summary>A placeholder of the route takes any segment; a segment that a test fills in fits a placeholder only.</summary>
    private static bool Fits(string route, string address)
    {
        var (wanted, found) = (route.Split('/'), address.Split('/'));
        return wanted.Length == found.Length && wanted.Zip(found).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }

    /// <summary>An address at the start of a string, or behind the ** by which a browser is waited for.</summary>
    [GeneratedRegex("""\$?"(?:\*\*)?(?<address>/[^"\n]*?)(?:\*\*)?[?"]""")]
    private static partial Regex Address();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Filled();
}
