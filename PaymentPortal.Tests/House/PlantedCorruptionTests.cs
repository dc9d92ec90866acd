using System.Text.RegularExpressions;

namespace PaymentPortal.Tests.House;

/// <summary>Every rule of the catalogue has at least three planted corruptions that its checker must find.</summary>
public sealed partial class PlantedCorruptionTests
{
    private const int Fewest = 3;

    /// <summary>The chains' codes are made of their names.</summary>
    private static readonly string[] Chains = ["chain-main", "chain-audit"];

    [Fact]
    public void EveryRule_HasThreePlantedCorruptions()
    {
        var planted = Sources("PaymentPortal.Tests").SelectMany(text => Plant().Matches(text)).CountBy(match => match.Groups["code"].Value).ToDictionary();
        var codes = Sources("PaymentPortal.Core").SelectMany(text => Code().Matches(text)).Select(match => match.Groups["code"].Value).Concat(Chains).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.Contains("ledger-01", codes);
        Assert.Empty(codes.Where(code => planted.GetValueOrDefault(code) < Fewest).Select(code => $"{code}: {planted.GetValueOrDefault(code)}"));
    }

    private static IEnumerable<string> Sources(string project) => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    /// <summary>How an invariant names itself.</summary>
    [GeneratedRegex("""(?:new(?: (?:SqlInvariant|QuietInvariant|AuditedInvariant))?\(\s*|Code => )"(?<code>[a-z]+-(?:\d\d|[a-z]+))"(?=[,;])""")]
    private static partial Regex Code();

    /// <summary>How a test plants: the code, then the statement.</summary>
    [GeneratedRegex("""^\s*(?:\[InlineData\(|\{ )"(?<code>[a-z]+-(?:\d\d|[a-z]+))", """, RegexOptions.Multiline)]
    private static partial Regex Plant();
}
