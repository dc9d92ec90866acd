using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Events;

/// <summary>/v1/webhook_endpoints. The secret is told once, in the answer that creates the endpoint, and stays hidden in the document.</summary>
public static partial class WebhookEndpoints
{
    private const string Type = "webhook_endpoint";
    private const string DefaultId = "we_sandboxdefault";
    private const string DefaultConnectId = "we_sandboxconnect";
    private const int Most = 16;

    private static readonly ParamSpec Events = ParamSpec.ListOf(new EventNameSpec(), 500);

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/webhook_endpoints", Create, new FieldsSpec()
            .Require("enabled_events", Events).Require("url", ParamSpec.Text()).With("api_version", ParamSpec.Text())
            .With("connect", ParamSpec.Flag()).With("description", ParamSpec.Text().Unsettable()).With("metadata", ParamSpec.Metadata())),
        ApiRoute.List("/v1/webhook_endpoints", call => new ListPage(call, Type).Fetch()),
        ApiRoute.Get("/v1/webhook_endpoints/{webhook_endpoint}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/webhook_endpoints/{webhook_endpoint}", Update, new FieldsSpec()
            .With("enabled_events", Events).With("url", ParamSpec.Text()).With("disabled", ParamSpec.Flag())
            .With("description", ParamSpec.Text().Unsettable()).With("metadata", ParamSpec.Metadata())),
        ApiRoute.Delete("/v1/webhook_endpoints/{webhook_endpoint}", Delete),
    ];

    /// <summary>Ids of the endpoints that want this event. Endpoints with connect get the events of connected accounts, the others the platform's.</summary>
    public static List<string> Subscribed(SandboxUnit unit, string eventType) => unit.Db.Query(
        """
        SELECT id FROM objects WHERE account = '' AND type = 'webhook_endpoint' AND json ->> '$.status' = 'enabled'
            AND (json ->> '$._.connect') = @1
            AND EXISTS (SELECT 1 FROM json_each(objects.json, '$.enabled_events') WHERE value IN ('*', @0))
        ORDER BY seq
        """,
        row => row.GetString(0), eventType, unit.Account.Length > 0 ? 1 : 0);

    /// <summary>Where and with which secret to send; null when the endpoint is gone or disabled.</summary>
    public static (string Url, string Secret)? TargetOf(SandboxDb db, string id) =>
        Documents.Find(db, "", Type, id) is { } endpoint && endpoint.Text("status") == "enabled"
            ? (endpoint.Text("url"), endpoint.HiddenOf().Text("secret"))
            : null;

    /// <summary>An endpoint of the settings: one row, which follows the settings at each start.</summary>
    public static void EnsureDefault(SandboxUnit unit, string url, string secret, bool isConnect)
    {
        var id = isConnect ? DefaultConnectId : DefaultId;
        var existing = Documents.Find(unit, Type, id);
        var endpoint = existing ?? Build(unit, id, url, secret, ["*"], isConnect);
        endpoint["url"] = url;
        endpoint.HiddenOf()["secret"] = secret;
        if (existing is null)
        {
            Documents.Insert(unit, endpoint);
        }
        else
        {
            Documents.Save(unit, endpoint);
        }
    }

    private static ApiResult Create(ApiCall call)
    {
        CheckUrl(call.Params.Text("url")!);
        var version = call.Params.Text("api_version");
        if (version is not null && !ApiVersions.IsKnown(version))
        {
            throw StripeError.Invalid($"Invalid Stripe API version: {version}", "api_version");
        }

        if (call.Unit.Db.Whole("SELECT count(*) FROM objects WHERE account = '' AND type = @0", Type) >= Most)
        {
            throw StripeError.State($"You have reached the maximum of {Most} test webhook endpoints.");
        }

        var secret = Ids.New("whsec_", 32);
        var endpoint = Build(
            call.Unit, Ids.New("we_1"), call.Params.Text("url")!, secret, call.Params.Texts("enabled_events"), call.Params.Flag("connect"));
        endpoint["api_version"] = version;
        endpoint["description"] = Values.TextOrNull(call.Params.Text("description"));
        Values.MergeMetadata(endpoint, call.Params);
        Documents.Insert(call.Unit, endpoint);
        var answer = (JsonObject)endpoint.DeepClone();
        answer.Insert(8, "secret", secret);
        return answer;
    }

    private static ApiResult Update(ApiCall call)
    {
        var endpoint = call.Load(Type, Type);
        if (call.Params.Text("url") is { } url)
        {
            CheckUrl(url);
            endpoint["url"] = url;
        }

        if (call.Params.Has("enabled_events"))
        {
            endpoint["enabled_events"] = Values.Array(call.Params.Texts("enabled_events"));
        }

        if (call.Params.Has("disabled"))
        {
            SetDisabled(call.Unit, endpoint, call.Params.Flag("disabled"));
        }

        if (call.Params.Has("description"))
        {
            endpoint["description"] = Values.TextOrNull(call.Params.Text("description"));
        }

        Values.MergeMetadata(endpoint, call.Params);
        Documents.Save(call.Unit, endpoint);
        return endpoint;
    }

    private static void SetDisabled(SandboxUnit unit, JsonObject endpoint, bool isDisabled)
    {
        endpoint["status"] = isDisabled ? "disabled" : "enabled";
        if (isDisabled)
        {
            Deliveries.Abandon(unit.Db, endpoint.Text("id"));
        }
    }

    private static ApiResult Delete(ApiCall call)
    {
        var id = call.Load(Type, Type).Text("id");
        Documents.Delete(call.Unit, id);
        Deliveries.Abandon(call.Unit.Db, id);
        return new JsonObject { ["id"] = id, ["object"] = Type, ["deleted"] = true };
    }

    private static JsonObject Build(SandboxUnit unit, string id, string url, string secret, IEnumerable<string> events, bool isConnect) => new()
    {
        ["id"] = id,
        ["object"] = Type,
        ["api_version"] = null,
        ["application"] = null,
        ["created"] = unit.Seconds,
        ["description"] = null,
        ["enabled_events"] = Values.Array(events),
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["status"] = "enabled",
        ["url"] = url,
        [Documents.Hidden] = new JsonObject { ["secret"] = secret, ["connect"] = isConnect },
    };

    private static void CheckUrl(string url)
    {
        if (!Values.IsWebAddress(url))
        {
            throw StripeError.Invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid");
        }
    }

    [GeneratedRegex(@"^(\*|[a-z0-9_]+(\.[a-z0-9_]+)+)$")]
    private static partial Regex EventName();

    private sealed record EventNameSpec : ParamSpec
    {
        public override void Check(FormNode node, string name)
        {
            if (!EventName().IsMatch(TextOf(node, name)))
            {
                throw StripeError.Invalid($"Invalid {name}: must be the name of an event, or *", name);
            }
        }
    }
}
