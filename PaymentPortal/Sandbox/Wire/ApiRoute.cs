using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>What a handler answers. The object is a stored or listed document; the pipeline expands and publishes it.</summary>
public sealed record ApiResult(int Status, JsonObject Body)
{
    /// <summary>A file instead of an object: the one thing here that is no JSON.</summary>
    public string? Csv { get; init; }

    public static implicit operator ApiResult(JsonObject body) => new(200, body);
}

/// <summary>One operation of the API: template such as /v1/charges/{charge}, whose names become the param of a 404.</summary>
public sealed record ApiRoute(string Method, string Template, FieldsSpec Params, Func<ApiCall, ApiResult> Handler)
{
    public string[] Segments { get; } = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public bool IsWrite => Method != "GET";

    public static ApiRoute Get(string template, Func<ApiCall, ApiResult> handler, FieldsSpec? spec = null) => Of("GET", template, handler, spec);

    public static ApiRoute List(string template, Func<ApiCall, ApiResult> handler, FieldsSpec? spec = null) => Of(
        "GET", template, handler,
        (spec ?? new FieldsSpec()).With("limit", ParamSpec.Whole()).With("starting_after", ParamSpec.Text()).With("ending_before", ParamSpec.Text()));

    public static ApiRoute Post(string template, Func<ApiCall, ApiResult> handler, FieldsSpec? spec = null) => Of("POST", template, handler, spec);

    public static ApiRoute Delete(string template, Func<ApiCall, ApiResult> handler) => Of("DELETE", template, handler, null);

    private static ApiRoute Of(string method, string template, Func<ApiCall, ApiResult> handler, FieldsSpec? spec) =>
        new(method, template, (spec ?? new FieldsSpec()).With("expand", ParamSpec.ListOf(ParamSpec.Text())), handler);
}

/// <summary>One request inside its unit of work, its parameters already checked.</summary>
public sealed record ApiCall(SandboxUnit Unit, ApiRoute Route, string Path, FormNode Params)
{
    /// <summary>The id in the path that stands at the template's {name}.</summary>
    public string Id(string name)
    {
        var place = Array.IndexOf(Route.Segments, $"{{{name}}}");
        return Path.Split('/', StringSplitOptions.RemoveEmptyEntries)[place];
    }

    /// <summary>The object that the path names, else the PSP's 404.</summary>
    public JsonObject Load(string type, string name) =>
        Documents.Find(Unit, type, Id(name)) ?? throw StripeError.NoSuch(type, Id(name), name);
}
