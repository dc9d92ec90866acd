using System.Globalization;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>
/// /v1/payment_intents/search and /v1/charges/search. The index lags behind the objects by <see cref="SandboxOptions.SearchLagSeconds"/>, for
/// a client that reads its own writes here would break at the PSP.
/// </summary>
public static class Search
{
    private static readonly HashSet<string> IntentFields = ["amount", "created", "currency", "customer", "status"];
    private static readonly HashSet<string> ChargeFields = ["amount", "created", "currency", "customer", "disputed", "refunded", "status"];

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Get("/v1/payment_intents/search", call => Find(call, Intents.Type, IntentFields), Params()),
        ApiRoute.Get("/v1/charges/search", call => Find(call, Charges.Type, ChargeFields), Params()),
    ];

    private static FieldsSpec Params() => new FieldsSpec()
        .Require("query", ParamSpec.Text()).With("limit", ParamSpec.Whole()).With("page", ParamSpec.Text());

    private static ApiResult Find(ApiCall call, string type, IReadOnlySet<string> fields)
    {
        var limit = ListPage.Limit(call.Params);
        var (condition, values) = SearchQuery.Parse(call.Params.Text("query")!, fields);
        var indexed = call.Unit.Now.AddSeconds(-call.Unit.Options.SearchLagSeconds).ToUnixTimeSeconds();
        var page = new ListPage(call, type).Where(condition, values).Where("created <= {0}", indexed);
        if (call.Params.Text("page") is { } next)
        {
            page.Where("seq < {0}", PositionOf(next));
        }

        var found = page.Fetch();
        var data = (JsonArray)found["data"]!;
        var hasMore = found.Flag("has_more");
        found["object"] = "search_result";
        found["next_page"] = hasMore ? PageAfter(call, (JsonObject)data[limit - 1]!) : null;
        return found;
    }

    /// <summary>An opaque token: the place of the last object that was shown.</summary>
    private static string PageAfter(ApiCall call, JsonObject last)
    {
        var seq = call.Unit.Db.Whole("SELECT seq FROM objects WHERE id = @0", last.Text("id"))!.Value;
        return Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(seq.ToString(CultureInfo.InvariantCulture)));
    }

    private static long PositionOf(string page)
    {
        var buffer = new byte[page.Length];
        return Convert.TryFromBase64String(page, buffer, out var length)
            && long.TryParse(buffer.AsSpan(0, length), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw StripeError.Invalid("Invalid page token.", "page");
    }
}
