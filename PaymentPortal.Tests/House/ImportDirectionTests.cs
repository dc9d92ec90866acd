using System.Text.RegularExpressions;

namespace PaymentPortal.Tests.House;

/// <summary>Holds the direction of imports between the folders of the engine, and between those of the web project.</summary>
public sealed partial class ImportDirectionTests
{
    private static readonly string[] Floors = ["Common", "Storage", "Integrity", "Retries", "Events", "Notifications", "Ledger", "Wallets"];
    private static readonly string[] Features = ["Payments", "Payouts"];
    private static readonly string[] Top = ["Reconciliation", "Analytics"];

    /// <summary>
    /// What crosses between web folders beside Pages/Parts: sign-in pages stand in the portal's frame and bring a health fact, and verbs do what the API,
    /// the sandbox and the staff's accounts do.
    /// </summary>
    private static readonly (string From, string To)[] Granted =
    [
        ("Security", "Pages"), ("Security", "Pages.Health"), ("Cli", "Api"), ("Cli", "Security"), ("Cli", "Sandbox"), ("Cli", "Sandbox.Control"),
    ];

    /// <summary>The namespaces below each project's own, and the types that each declares.</summary>
    private static readonly Lazy<Dictionary<string, HashSet<string>>> Declared = new(Declare);

    [Fact]
    public void CoreFolders_Import_OnlyWhatStandsBelow()
    {
        var wrong = new List<string>();
        foreach (var (file, folder, imports) in Sources("PaymentPortal.Core", "PaymentPortal.Core"))
        {
            if (folder.Length == 0 || file.Contains("/Migrations/", StringComparison.Ordinal)) continue;
            wrong.AddRange(imports.Select(Folder).Distinct().Where(import => import != folder && !Allowed(folder).Contains(import)).Select(import => $"{file} imports {import}"));
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void WebFolders_Import_NoOtherWebFolder()
    {
        var crossing = Sources("PaymentPortal", "PaymentPortal")
            .Where(source => source.Folder.Length > 0)
            .SelectMany(source => source.Imports
                .Where(import => Folder(import) is var to && to != source.Folder && to is not ("Core" or "Tests") && import != "Pages.Parts")
                .Select(import => (source.File, From: source.Folder, To: import)))
            .ToList();

        Assert.Empty(crossing.Where(found => !Granted.Contains((found.From, found.To))).Select(found => $"{found.File} imports {found.To}"));
        Assert.Empty(Granted.Except(crossing.Select(found => (found.From, found.To))).Select(unused => $"{unused.From} needs {unused.To} no more"));
    }

    [Fact]
    public void Sandbox_Imports_NothingOfCore() =>
        Assert.Empty(Sources("PaymentPortal", "PaymentPortal").Where(source => source.Folder == "Sandbox" && source.Imports.Any(import => Folder(import) == "Core")).Select(source => source.File));

    /// <summary>A name that is written out needs no import: in a file of PaymentPortal.Sandbox, Core.Common.Money compiles as it stands.</summary>
    [Theory]
    [InlineData("Core.Common.Money left", "Core.Common")]
    [InlineData("(PaymentPortal.Core.Common.Money)left", "Core.Common")]
    [InlineData("global::PaymentPortal.Security.StaffAccounts accounts", "Security")]
    [InlineData("typeof(Pages.Health.IHealthFact)", "Pages.Health")]
    [InlineData("@layout PaymentPortal.Pages.PlainLayout", "Pages")]
    [InlineData("report.Pages.Health.Count", null)]
    [InlineData("// Core.Common.Money is theirs", null)]
    [InlineData("var pages = Pages.Count", null)]
    public void NameWrittenOut_IsAnImport(string code, string? import) => Assert.Equal(import is null ? [] : [import], WrittenOut(code, "PaymentPortal"));

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

    private static string Folder(string import) => import.Split('.')[0];

    /// <summary>Every source of a project, with the namespaces below its own that it imports or writes out.</summary>
    private static IEnumerable<(string File, string Folder, HashSet<string> Imports)> Sources(string project, string rootNamespace)
    {
        foreach (var (file, text) in Files(project))
        {
            var imports = Import().Matches(text)
                .Select(match => match.Groups["space"].Value)
                .Where(space => space.StartsWith(rootNamespace + ".", StringComparison.Ordinal))
                .Select(space => space[(rootNamespace.Length + 1)..])
                .Concat(WrittenOut(text, rootNamespace))
                .ToHashSet(StringComparer.Ordinal);
            yield return (file, file.Contains('/', StringComparison.Ordinal) ? file[..file.IndexOf('/', StringComparison.Ordinal)] : "", imports);
        }
    }

    private static IEnumerable<(string File, string Text)> Files(string project)
    {
        var root = Path.Combine(Repository.Root, project);
        return Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".razor")
            .Select(path => (File: Path.GetRelativePath(root, path).Replace('\\', '/'), Path: path))
            .Where(source => !source.File.StartsWith("obj/", StringComparison.Ordinal) && !source.File.StartsWith("bin/", StringComparison.Ordinal) && !source.File.StartsWith("data/", StringComparison.Ordinal))
            .Select(source => (source.File, File.ReadAllText(source.Path)));
    }

    /// <summary>Namespaces of ours before a type that they declare. A property of a folder's name is no import: what follows it is no type of that folder.</summary>
    private static IEnumerable<string> WrittenOut(string text, string rootNamespace) => Name().Matches(NoCode().Replace(text, ""))
        .Select(match => match.Value.Replace("global::", "", StringComparison.Ordinal))
        .SelectMany(name => new[] { name, "PaymentPortal." + name, rootNamespace + "." + name })
        .SelectMany(name => Declared.Value.Where(space => name.StartsWith(space.Key + ".", StringComparison.Ordinal) && space.Value.Contains(name[(space.Key.Length + 1)..].Split('.')[0])))
        .Select(space => space.Key)
        .Where(space => space.StartsWith(rootNamespace + ".", StringComparison.Ordinal))
        .Select(space => space[(rootNamespace.Length + 1)..])
        .Distinct();

    private static Dictionary<string, HashSet<string>> Declare() =>
        new[] { "PaymentPortal.Core", "PaymentPortal" }
            .SelectMany(project => Files(project).Select(source => (
                Space: $"{project}/{Path.GetDirectoryName(source.File)}".TrimEnd('/').Replace('/', '.'),
                Types: Type().Matches(source.Text).Select(match => match.Groups["type"].Value).Append(Path.GetFileNameWithoutExtension(source.File)))))
            .Where(source => source.Space is not ("PaymentPortal" or "PaymentPortal.Core"))
            .GroupBy(source => source.Space, StringComparer.Ordinal)
            .ToDictionary(space => space.Key, space => space.SelectMany(source => source.Types).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    [GeneratedRegex(@"^\s*@?(?:global )?using (?:static )?(?:\w+ = )?(?<space>PaymentPortal[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<![\w.])(?:global::)?[A-Z]\w*(?:\.[A-Z]\w*)+")]
    private static partial Regex Name();

    /// <summary>Comments, imports and the file's own namespace.</summary>
    [GeneratedRegex(@"//.*|^\s*@?(?:global )?using .*|^@?namespace .*", RegexOptions.Multiline)]
    private static partial Regex NoCode();

    [GeneratedRegex(@"\b(?:class|record struct|record|struct|enum|interface) (?<type>\w+)")]
    private static partial Regex Type();
}
