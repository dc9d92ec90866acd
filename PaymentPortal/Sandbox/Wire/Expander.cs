using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Builds a list that an answer holds only when asked to.</summary>
public delegate JsonNode? IncludeList(SandboxUnit unit, JsonObject parent);

/// <summary>
/// Replaces ids by their objects along expand paths. Paths are judged against the types before any value is looked at: a wrong path is an
/// error even where the value happens to be null.
/// </summary>
public sealed class Expander
{
    private const int DeepestLevel = 4;

    private readonly Dictionary<(string Type, string Field), string[]> _references = [];
    private readonly Dictionary<(string Type, string Field), (IncludeList Build, string Item)> _lists = [];

    /// <summary>The field (or a.b inside the object) holds the id of one of these types.</summary>
    public Expander Reference(string type, string field, params string[] targets)
    {
        _references.Add((type, field), targets);
        return this;
    }

    /// <summary>Fields that may be expanded and are always null here: the types behind them are not simulated.</summary>
    public Expander Nothing(string type, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            Reference(type, field);
        }

        return this;
    }

    /// <summary>The field is absent unless expanded, then a list.</summary>
    public Expander List(string type, string field, string item, IncludeList build)
    {
        _lists.Add((type, field), (build, item));
        return this;
    }

    public void Apply(SandboxUnit unit, JsonObject root, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var steps = path.Split('.');
            if (steps.Length > DeepestLevel)
            {
                throw StripeError.Invalid($"You cannot expand more than {DeepestLevel} levels of a property. Property: {path}", "expand");
            }

            if (root.TextOrNull("object") is "list" or "search_result")
            {
                ExpandList(unit, root, steps, path);
            }
            else
            {
                CheckPath([root.Text("object")], steps, path);
                Expand(unit, root, steps);
            }
        }
    }

    private void ExpandList(SandboxUnit unit, JsonObject list, string[] steps, string path)
    {
        if (steps is not ["data", _, ..])
        {
            throw Unexpandable(path);
        }

        CheckPath([list.HiddenOf().Text("type")], steps[1..], path);
        foreach (var item in (JsonArray)list["data"]!)
        {
            Expand(unit, (JsonObject)item!, steps[1..]);
        }
    }

    private void CheckPath(string[] types, string[] steps, string path)
    {
        if (steps.Length == 0)
        {
            return;
        }

        foreach (var type in types)
        {
            if (_references.TryGetValue((type, steps[0]), out var targets))
            {
                CheckPath(targets, steps[1..], path);
                return;
            }

            if (steps.Length > 1 && _references.TryGetValue((type, $"{steps[0]}.{steps[1]}"), out targets))
            {
                CheckPath(targets, steps[2..], path);
                return;
            }

            if (_lists.TryGetValue((type, steps[0]), out var list) && steps is [_] or [_, "data", ..])
            {
                CheckPath([list.Item], steps.Length == 1 ? [] : steps[2..], path);
                return;
            }
        }

        throw Unexpandable(path);
    }

    private void Expand(SandboxUnit unit, JsonObject document, string[] steps)
    {
        if (steps.Length == 0)
        {
            return;
        }

        var type = document.Text("object");
        if (_references.TryGetValue((type, steps[0]), out var targets))
        {
            ExpandReference(unit, document, steps[0], targets, steps[1..]);
        }
        else if (steps.Length > 1 && _references.TryGetValue((type, $"{steps[0]}.{steps[1]}"), out targets))
        {
            if (document[steps[0]] is JsonObject inner)
            {
                ExpandReference(unit, inner, steps[1], targets, steps[2..]);
            }
        }
        else if (_lists.TryGetValue((type, steps[0]), out var list))
        {
            document[steps[0]] ??= list.Build(unit, document);
            if (steps.Length > 2)
            {
                foreach (var item in (JsonArray)document[steps[0]]!["data"]!)
                {
                    Expand(unit, (JsonObject)item!, steps[2..]);
                }
            }
        }
    }

    private void ExpandReference(SandboxUnit unit, JsonObject holder, string field, string[] targets, string[] rest)
    {
        if (holder[field] is JsonValue id)
        {
            holder[field] = targets.Select(target => Find(unit, target, (string)id!)).FirstOrDefault(found => found is not null)
                ?? (JsonNode)id.DeepClone();
        }

        if (holder[field] is JsonObject expanded)
        {
            Expand(unit, expanded, rest);
        }
    }

    /// <summary>The platform may look into its accounts: a transfer expands to what arrived there.</summary>
    private static JsonObject? Find(SandboxUnit unit, string type, string id) => unit.Account.Length > 0
        ? Documents.Find(unit, type, id)
        : unit.Db.Text("SELECT json FROM objects WHERE id = @0 AND type = @1", id, type) is { } json ? Documents.Parse(json) : null;

    private static StripeError Unexpandable(string path) => StripeError.Invalid($"This property cannot be expanded ({path}).", "expand");
}
