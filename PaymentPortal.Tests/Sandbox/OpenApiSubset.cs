using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentPortal.Tests.House;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>
/// The PSP's own description of its API, as far as it lies beside this repository. Stricter than a client should be: a value that an open
/// enum does not list, or a member that the schema does not know, is a defect of a simulator.
/// </summary>
public sealed class OpenApiSubset
{
    public const string RelativePath = "../shared/psp/stripe-openapi.subset.json";

    private static readonly Lazy<OpenApiSubset?> Loaded = new(Load);

    private readonly JsonElement _root;

    private OpenApiSubset(JsonElement root) => _root = root;

    /// <summary>Null where the folder is absent.</summary>
    public static OpenApiSubset? Instance => Loaded.Value;

    /// <summary>Every operation that it describes.</summary>
    public IEnumerable<(string Method, string Path)> Operations => _root.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject().Select(operation => (operation.Name.ToUpperInvariant(), path.Name)));

    /// <summary>What is wrong with an answer. Of operations that the subset leaves out, the objects are judged alone.</summary>
    public IReadOnlyList<string> Complaints(string method, string path, int status, JsonNode body)
    {
        var operation = _root.GetProperty("paths").EnumerateObject().Where(candidate => Fits(candidate.Name, path))
            .OrderBy(candidate => candidate.Name.Count(letter => letter == '{'))
            .Select(candidate => candidate.Value.TryGetProperty(method.ToLowerInvariant(), out var found) ? found : default)
            .FirstOrDefault();
        if (operation.ValueKind == JsonValueKind.Undefined)
        {
            return status < 300 ? Objects(body).SelectMany(named => Check(named.Schema, named.Body)).ToList() : Check("error", body);
        }

        var responses = operation.GetProperty("responses");
        var response = responses.TryGetProperty(status == 200 ? "200" : "default", out var found) ? found : responses.GetProperty("default");
        return Check(response.GetProperty("content").GetProperty("application/json").GetProperty("schema"), body);
    }

    /// <summary>What is wrong with an object of a named schema.</summary>
    public IReadOnlyList<string> Check(string schema, JsonNode? body) => Check(Named(schema), body);

    private IEnumerable<(string Schema, JsonNode Body)> Objects(JsonNode body)
    {
        var name = (string?)body["object"] ?? "";
        return name == "list"
            ? ((JsonArray)body["data"]!).SelectMany(item => Objects(item!))
            : _root.GetProperty("components").GetProperty("schemas").TryGetProperty(name, out _) ? [(name, body)] : [];
    }

    private IReadOnlyList<string> Check(JsonElement schema, JsonNode? body)
    {
        var complaints = new List<string>();
        Judge(schema, body, "$", complaints);
        return complaints;
    }

    private void Judge(JsonElement schema, JsonNode? value, string at, List<string> complaints)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Judge(Named(reference.GetString()!.Split('/')[^1]), value, at, complaints);
            return;
        }

        if (value is null)
        {
            if (!Has(schema, "nullable"))
            {
                complaints.Add($"{at} is null");
            }

            return;
        }

        if (schema.TryGetProperty("allOf", out var all))
        {
            Judge(all[0], value, at, complaints);
        }
        else if (schema.TryGetProperty("anyOf", out var any))
        {
            JudgeAny(any, value, at, complaints);
        }
        else
        {
            JudgeType(schema, value, at, complaints);
        }
    }

    private void JudgeAny(JsonElement schemas, JsonNode value, string at, List<string> complaints)
    {
        var tries = schemas.EnumerateArray().Select(schema =>
        {
            var found = new List<string>();
            Judge(schema, value, at, found);
            return found;
        }).ToList();
        complaints.AddRange(tries.MinBy(found => found.Count)!);
    }

    private void JudgeType(JsonElement schema, JsonNode value, string at, List<string> complaints)
    {
        var kind = value.GetValueKind();
        var type = schema.TryGetProperty("type", out var named) ? named.GetString() : null;
        var isRight = type switch
        {
            "string" => kind == JsonValueKind.String,
            "integer" => kind == JsonValueKind.Number && value.ToJsonString().All(letter => char.IsAsciiDigit(letter) || letter == '-'),
            "number" => kind == JsonValueKind.Number,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "array" => kind == JsonValueKind.Array,
            "object" => kind == JsonValueKind.Object,
            _ => true,
        };
        if (!isRight)
        {
            complaints.Add($"{at} is {kind}, not {type}");
            return;
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(allowed => allowed.ToString() == value.ToString() || kind == JsonValueKind.True))
        {
            complaints.Add($"{at} has the unknown value {value}");
        }

        if (value is JsonArray items && schema.TryGetProperty("items", out var itemSchema))
        {
            for (var i = 0; i < items.Count; i++)
            {
                Judge(itemSchema, items[i], $"{at}[{i}]", complaints);
            }
        }
        else if (value is JsonObject members)
        {
            JudgeMembers(schema, members, at, complaints);
        }
    }

    private void JudgeMembers(JsonElement schema, JsonObject members, string at, List<string> complaints)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            complaints.AddRange(required.EnumerateArray().Where(name => !members.ContainsKey(name.GetString()!)).Select(name => $"{at}.{name} is missing"));
        }

        if (!schema.TryGetProperty("properties", out var properties))
        {
            return;
        }

        var isOpen = Has(schema, "additionalProperties") || Has(schema, "x-pruned") || schema.TryGetProperty("x-pruned-properties", out _);
        foreach (var (name, value) in members)
        {
            if (properties.TryGetProperty(name, out var property))
            {
                Judge(property, value, $"{at}.{name}", complaints);
            }
            else if (!isOpen)
            {
                complaints.Add($"{at}.{name} is not in the schema");
            }
        }
    }

    private static bool Has(JsonElement schema, string flag) =>
        schema.TryGetProperty(flag, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    private static bool Fits(string template, string path)
    {
        var (wanted, found) = (template.Split('/'), path.Split('/'));
        return wanted.Length == found.Length && wanted.Zip(found).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }

    private static OpenApiSubset? Load()
    {
        var file = Path.Combine(Repository.Root, RelativePath);
        return File.Exists(file) ? new OpenApiSubset(JsonDocument.Parse(File.ReadAllText(file)).RootElement) : null;
    }

    private JsonElement Named(string schema) => _root.GetProperty("components").GetProperty("schemas").GetProperty(schema);
}
