using System.Text.RegularExpressions;

namespace PaymentPortal.Tests.House;

/// <summary>Holds the direction of imports between the folders of the engine, and between those of the web project.</summary>
public sealed partial class ImportDirectionTests
{
    private static readonly string[] Floors = ["Common", "Storage", "Integrity", "Retries", "Events", "Notifications", "Ledger", "Wallets"];
    private static readonly string[] Features = ["Payments", "Payouts"];
    private static readonly string[] Top = ["Reconciliation", "Analytics"];

    [Fact]
    public void CoreFolders_Import_OnlyWhatStandsBelow()
    {
        var wrong = new List<string>();
        foreach (var (file, folder, imports) in Sources("PaymentPortal.Core", "PaymentPortal.Core"))
        {
            if (folder.Length == 0 || file.Contains("/Migrations/", StringComparison.Ordinal)) continue;
            wrong.AddRange(imports.Where(import => import != folder && !Allowed(folder).Contains(import)).Select(import => $"{file} imports {import}"));
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void WebFolders_Import_NoOtherWebFolder()
    {
        var wrong = Sources("PaymentPortal", "PaymentPortal")
            .Where(source => source.Folder.Length > 0 && source.Folder != "Cli")
            .SelectMany(source => source.Imports
                .Where(import => import != source.Folder && import is not ("Core" or "Tests" or "Pages"))
                .Select(import => $"{source.File} imports {import}"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sandbox_Imports_NothingOfCore() =>
        Assert.Empty(Sources("PaymentPortal", "PaymentPortal").Where(source => source.Folder == "Sandbox" && source.Imports.Contains("Core")).Select(source => source.File));

    private static HashSet<string> Allowed(string folder)
    {
        if (folder == "Psp") return ["Common", "Storage", "Integrity", "Retries"];
        var floor = Array.IndexOf(Floors, folder);
        if (floor >= 0) return [.. Floors[..floor]];
        HashSet<string> below = [.. Floors, "Psp"];
        if (Features.Contains(folder)) return below;
        Assert.Contains(folder, Top);
        return [.. below, .. Features];
    }

    private static IEnumerable<(string File, string Folder, HashSet<string> Imports)> Sources(string project, string rootNamespace)
    {
        var root = Path.Combine(Repository.Root, project);
        foreach (var path in Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(path) is not (".cs" or ".razor")) continue;
            var file = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (file.StartsWith("obj/", StringComparison.Ordinal) || file.StartsWith("bin/", StringComparison.Ordinal) || file.StartsWith("data/", StringComparison.Ordinal)) continue;
            var folder = file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : "";
            var imports = Import().Matches(File.ReadAllText(path))
                .Select(match => match.Groups["space"].Value)
                .Where(space => space.StartsWith(rootNamespace + ".", StringComparison.Ordinal))
                .Select(space => space[(rootNamespace.Length + 1)..].Split('.')[0])
                .ToHashSet(StringComparer.Ordinal);
            yield return (file, folder, imports);
        }
    }

    [GeneratedRegex(@"^\s*@?(?:global )?using (?:static )?(?:\w+ = )?(?<space>PaymentPortal[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Import();
}
