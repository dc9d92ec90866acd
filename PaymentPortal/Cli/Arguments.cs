using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli;

/// <summary>A verb and its options. What a verb does not know is a setting (--Data:Directory x) and goes to the configuration.</summary>
public sealed record Arguments(string Verb, IReadOnlyDictionary<string, string> Options, string[] Settings)
{
    public static Arguments Parse(string[] words, IReadOnlySet<string> ownOptions)
    {
        var verb = words is [var first, ..] && !first.StartsWith('-') ? first : "serve";
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<string>();
        var rest = words.Length > 0 && words[0] == verb ? words[1..] : words;
        for (var at = 0; at < rest.Length; at++)
        {
            var name = rest[at].TrimStart('-').Split('=')[0];
            if (!rest[at].StartsWith("--", StringComparison.Ordinal)) throw new StartRefusedException($"'{rest[at]}' is not an option; options look like --name value.");
            if (!ownOptions.Contains(name))
            {
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

    public string Required(string name) =>
        Options.TryGetValue(name, out var value) && value.Length > 0 ? value : throw new StartRefusedException($"The verb {Verb} needs --{name}.");

    public string? Find(string name) => Options.GetValueOrDefault(name);
}
