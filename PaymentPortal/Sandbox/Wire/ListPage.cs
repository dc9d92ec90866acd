using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>A page of stored objects, newest first. Order is the order of writing, so objects of the same second keep theirs.</summary>
public sealed class ListPage
{
    private const int DefaultLimit = 10;
    private const int MostPerPage = 100;

    private readonly ApiCall _call;
    private readonly string _type;
    private readonly List<string> _conditions = ["account = @0", "type = @1"];
    private readonly List<object?> _values;

    public ListPage(ApiCall call, string type)
    {
        _call = call;
        _type = type;
        _values = [call.Unit.Account, type];
    }

    /// <summary>Filters by a parameter of the same name as the document's member.</summary>
    public ListPage By(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_call.Params.Text(name) is { Length: > 0 } value)
            {
                Where($"json ->> '$.{name}' = {{0}}", value);
            }
        }

        return this;
    }

    /// <summary>Filters by the id of another object, which must be there.</summary>
    public ListPage ByObject(string name, string type)
    {
        if (_call.Params.Text(name) is { Length: > 0 } id && Documents.Find(_call.Unit, type, id) is null)
        {
            throw StripeError.NoSuch(type, id, name, 400);
        }

        return By(name);
    }

    /// <summary>Filters by an instant's parameter: equal to it, or inside its bounds.</summary>
    public ListPage ByTime(string name, string column)
    {
        if (_call.Params.Whole(name) is { } instant)
        {
            return Where($"{column} = {{0}}", instant);
        }

        foreach (var (bound, comparison) in Bounds)
        {
            if (_call.Params.Whole(name, bound) is { } limit)
            {
                Where($"{column} {comparison} {{0}}", limit);
            }
        }

        return this;
    }

    public ListPage ByCreated() => ByTime("created", "created");

    /// <summary>A condition in SQL; {0}, {1} … stand for the values.</summary>
    public ListPage Where(string condition, params object?[] values)
    {
        var names = values.Select((_, i) => (object)$"@{_values.Count + i}").ToArray();
        _conditions.Add(string.Format(null, condition, names));
        _values.AddRange(values);
        return this;
    }

    public JsonObject Fetch()
    {
        var limit = Limit(_call.Params);
        var backwards = _call.Params.Has("ending_before");
        AddCursor("starting_after", "<");
        AddCursor("ending_before", ">");
        var sql = $"SELECT json FROM objects WHERE {string.Join(" AND ", _conditions)} ORDER BY seq {(backwards ? "ASC" : "DESC")} LIMIT @{_values.Count}";
        _values.Add(limit + 1);
        var rows = _call.Unit.Db.Query(sql, Documents.FromFirstColumn, [.. _values]);
        var hasMore = rows.Count > limit;
        rows.RemoveRange(Math.Min(limit, rows.Count), Math.Max(0, rows.Count - limit));
        if (backwards)
        {
            rows.Reverse();
        }

        return Of(_type, rows, hasMore, _call.Path);
    }

    /// <param name="type">Kept hidden in the list, so that a wrong expand path is an error also where the page is empty.</param>
    public static JsonObject Of(string type, IEnumerable<JsonObject> data, bool hasMore, string url) => new()
    {
        ["object"] = "list", ["data"] = new JsonArray([.. data]), ["has_more"] = hasMore, ["url"] = url,
        [Documents.Hidden] = new JsonObject { ["type"] = type },
    };

    public static int Limit(FormNode parameters)
    {
        var limit = parameters.Whole("limit") ?? DefaultLimit;
        return limit switch
        {
            < 1 => throw StripeError.Invalid($"This value must be greater than or equal to 1 (it currently is '{limit}').", "limit", "parameter_invalid_integer"),
            > MostPerPage => throw StripeError.Invalid($"This value must be less than or equal to 100 (it currently is '{limit}').", "limit", "parameter_invalid_integer"),
            _ => (int)limit,
        };
    }

    private static readonly (string Bound, string Comparison)[] Bounds = [("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")];

    private void AddCursor(string name, string comparison)
    {
        if (_call.Params.Text(name) is not { } id)
        {
            return;
        }

        var seq = _call.Unit.Db.Whole("SELECT seq FROM objects WHERE id = @0 AND type = @1 AND account = @2", id, _type, _call.Unit.Account)
            ?? throw StripeError.NoSuch(_type, id, name, 400);
        Where($"seq {comparison} {{0}}", seq);
    }
}
