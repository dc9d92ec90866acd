using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli;

/// <summary>
/// A verb and its options. Words with a colon (--Data:Directory x) and the host's own are settings, and go to the configuration; any other that the verb does not
/// know is refused: a slip of the keys must not make <c>verify</c> check less than was asked for.
/// </summary>
public sealed record Arguments(string Verb, IReadOnlyDictionary<string, string> Options, string[] Settings)
{
    private static readonly HashSet<string> HostSettings = new(["urls", "environment", "contentRoot"], StringComparer.OrdinalIgnoreCase);

    public static string VerbOf(string[] words) => words is [var first, ..] && !first.StartsWith('-') ? first : "serve";

    public static Arguments Parse(string[] words, IReadOnlyList<string> ownOptions)
    {
        var verb = VerbOf(words);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<string>();
        var rest = words.Length > 0 && words[0] == verb ? words[1..] : words;
        for (var at = 0; at < rest.Length; at++)
        {
            var name = rest[at].TrimStart('-').Split('=')[0];
            if (!rest[at].StartsWith("--", StringComparison.Ordinal)) throw new StartRefusedException($"'{rest[at]}' is not an option; options look like --name value.");
            if (!ownOptions.Contains(name))
            {
                if (!name.Contains(':', StringComparison.Ordinal) && !HostSettings.Contains(name)) throw new StartRefusedException(Unknown(verb, name, ownOptions));
                settings.Add(rest[at]);
                if (!rest[at].Contains('=', StringComparison.Ordinal) && at + 1 < rest.Length && !rest[at + 1].StartsWith("--", StringComparison.Ordinal)) settings.Add(rest[++at]);
                continue;
            }
            if (rest[at].Contains('=', StringComparison.Ordinal)) options[name] = rest[at][(rest[at].IndexOf('=', StringComparison.Ordinal) + 1)..];
            else if (at + 1 < rest.Length && !rest[at + 1].StartsWith("--", StringComparison.Ordinal)) options[name] = rest[++at];
            else options[name] = "";
        }
        return new Arguments(verb, options, [.. settings]);
    }

    private static string Unknown(string verb, string name, IReadOnlyList<string> ownOptions)
    {
        var known = ownOptions.Count == 0 ? "none" : string.Join(' ', ownOptions.Select(option => "--" + option));
        return $"The verb {verb} has no option --{name}; nothing was done. It has {known}, and takes settings like --Data:Directory FOLDER.";
    }

    public string Required(string name) =>
        Options.TryGetValue(name, out var value) && value.Length > 0 ? value : throw new StartRefusedException($"The verb {Verb} needs --{name}.");

    public string? Find(string name) => Options.GetValueOrDefault(name);
}
