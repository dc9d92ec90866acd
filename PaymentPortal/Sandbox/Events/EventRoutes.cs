using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Events;

/// <summary>/v1/events. data.object is the snapshot of its moment; only pending_webhooks follows the deliveries.</summary>
public static class EventRoutes
{
    private const int MostTypes = 20;
    private const int KeptDays = 30;

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.List("/v1/events", List, new FieldsSpec()
            .With("created", ParamSpec.Range()).With("delivery_success", ParamSpec.Flag())
            .With("type", ParamSpec.Text()).With("types", ParamSpec.ListOf(ParamSpec.Text(), MostTypes))),
        ApiRoute.Get("/v1/events/{id}", call => Current(call.Unit, call.Load("event", "id"))),
    ];

    private static ApiResult List(ApiCall call)
    {
        var types = call.Params.Texts("types");
        if (types.Count > 0 && call.Params.Has("type"))
        {
            throw StripeError.Invalid("You may only specify one of these parameters: type, types.");
        }

        var page = new ListPage(call, "event").ByCreated().Where("created >= {0}", call.Unit.Now.AddDays(-KeptDays).ToUnixTimeSeconds());
        if (call.Params.Text("type") is { } type)
        {
            FilterType(page, type);
        }

        if (types.Count > 0)
        {
            var places = string.Join(", ", types.Select((_, i) => $"{{{i}}}"));
            page.Where($"json ->> '$.type' IN ({places})", [.. types]);
        }

        if (call.Params.Has("delivery_success"))
        {
            var not = call.Params.Flag("delivery_success") ? "NOT " : "";
            page.Where($"{not}EXISTS (SELECT 1 FROM deliveries WHERE event = objects.id AND state <> 'delivered')");
        }

        var list = page.Fetch();
        foreach (var item in (JsonArray)list["data"]!)
        {
            Current(call.Unit, (JsonObject)item!);
        }

        return list;
    }

    private static void FilterType(ListPage page, string type)
    {
        if (type.Contains('*'))
        {
            page.Where("json ->> '$.type' GLOB {0}", type);
        }
        else
        {
            page.Where("json ->> '$.type' = {0}", type);
        }
    }

    private static JsonObject Current(SandboxUnit unit, JsonObject happened)
    {
        happened["pending_webhooks"] = Deliveries.Pending(unit.Db, happened.Text("id"));
        return happened;
    }
}
