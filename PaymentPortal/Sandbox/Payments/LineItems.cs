using System.Globalization;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What a session sells. The items live hidden in their session, for nobody else can change them.</summary>
public static class LineItems
{
    private const string Type = "item";
    private const int IncludedItems = 10;

    public static ApiRoute Route => ApiRoute.List("/v1/checkout/sessions/{session}/line_items", List);

    public static JsonArray Of(JsonObject session) => (JsonArray)session.HiddenOf()["line_items"]!;

    /// <summary>The first page, for expand=line_items.</summary>
    public static JsonObject Included(SandboxUnit unit, JsonObject session)
    {
        var items = Of(session);
        return ListPage.Of(
            Type, items.Take(IncludedItems).Select(Copy), items.Count > IncludedItems, $"/v1/checkout/sessions/{session.Text("id")}/line_items");
    }

    /// <summary>Reads and prices the items. One currency; each needs a price and a quantity.</summary>
    public static (JsonArray Items, string Currency, long Total) Read(ApiCall call)
    {
        var sent = call.Params.Find("line_items")?.Items.ToList() ?? [];
        if (sent.Count == 0)
        {
            throw StripeError.Missing("line_items");
        }

        var items = new JsonArray();
        string? currency = null;
        long total = 0;
        foreach (var (index, form) in sent)
        {
            var item = ReadItem(call, form, $"line_items[{index}]");
            if (currency is not null && currency != item.Text("currency"))
            {
                throw StripeError.Invalid("The price specified supports currencies of `" + item.Text("currency") + "`. All line items of a Checkout Session must use the same currency.", "line_items");
            }

            currency = item.Text("currency");
            total = Math.Min(total + item.Whole("amount_total"), Currencies.LargestAmount + 1);
            items.Add(item);
        }

        return (items, currency!, total);
    }

    private static ApiResult List(ApiCall call)
    {
        var session = call.Load(Sessions.Type, "session");
        var items = Of(session).Select(Copy).ToList();
        var limit = ListPage.Limit(call.Params);
        var from = call.Params.Text("starting_after") is { } after ? IndexOf(items, after, "starting_after") + 1 : 0;
        var to = call.Params.Text("ending_before") is { } before ? IndexOf(items, before, "ending_before") : items.Count;
        var isBackwards = call.Params.Has("ending_before");
        var page = isBackwards ? items[from..to].TakeLast(limit) : items[from..to].Take(limit);
        return ListPage.Of(Type, page, to - from > limit, call.Path);
    }

    private static int IndexOf(List<JsonObject> items, string id, string param)
    {
        var index = items.FindIndex(item => item.Text("id") == id);
        return index >= 0 ? index : throw StripeError.NoSuch(Type, id, param, 400);
    }

    private static JsonObject Copy(JsonNode? item) => (JsonObject)item!.DeepClone();

    private static JsonObject ReadItem(ApiCall call, FormNode form, string name)
    {
        if (form.Text("price") is { } id)
        {
            throw StripeError.NoSuch("price", id, $"{name}[price]", 400);
        }

        var data = form.Find("price_data") ?? throw StripeError.Missing($"{name}[price_data]");
        if (data.Text("product") is { } product)
        {
            throw StripeError.NoSuch("product", product, $"{name}[price_data][product]", 400);
        }

        var described = data.Find("product_data") ?? throw StripeError.Missing($"{name}[price_data][product_data]");
        var amount = data.Whole("unit_amount") ?? throw StripeError.Missing($"{name}[price_data][unit_amount]");
        var quantity = form.Whole("quantity") ?? throw StripeError.Missing($"{name}[quantity]");
        if (amount > Currencies.LargestAmount || quantity > Currencies.LargestAmount)
        {
            throw StripeError.Invalid($"Amount must be no more than {Currencies.LargestAmount}", $"{name}[price_data][unit_amount]", "amount_too_large");
        }

        var currency = Currencies.Parse(data.Text("currency")!, $"{name}[price_data][currency]");
        return Build(call.Unit, new Item(described.Text("name")!, currency, amount, quantity, IntentParams.MetadataOf(form), data.Text("tax_behavior")));
    }

    private static JsonObject Build(SandboxUnit unit, Item item) => new()
    {
        ["id"] = Ids.New("li_1"),
        ["object"] = Type,
        ["adjustable_quantity"] = null,
        ["amount_discount"] = 0L,
        ["amount_subtotal"] = item.Amount * item.Quantity,
        ["amount_tax"] = 0L,
        ["amount_total"] = item.Amount * item.Quantity,
        ["currency"] = item.Currency,
        ["description"] = item.Name,
        ["metadata"] = item.Metadata,
        ["price"] = Price(unit, item),
        ["quantity"] = item.Quantity,
    };

    private static JsonObject Price(SandboxUnit unit, Item item) => new()
    {
        ["id"] = Ids.New("price_1"),
        ["object"] = "price",
        ["active"] = false,
        ["billing_scheme"] = "per_unit",
        ["created"] = unit.Seconds,
        ["currency"] = item.Currency,
        ["custom_unit_amount"] = null,
        ["livemode"] = false,
        ["lookup_key"] = null,
        ["metadata"] = new JsonObject(),
        ["nickname"] = null,
        ["product"] = Ids.New("prod_", 14),
        ["recurring"] = null,
        ["tax_behavior"] = item.TaxBehavior ?? "unspecified",
        ["tiers_mode"] = null,
        ["transform_quantity"] = null,
        ["type"] = "one_time",
        ["unit_amount"] = item.Amount,
        ["unit_amount_decimal"] = item.Amount.ToString(CultureInfo.InvariantCulture),
    };

    private sealed record Item(string Name, string Currency, long Amount, long Quantity, JsonObject Metadata, string? TaxBehavior);
}
