using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What the payer typed beside the number and the code, which are not kept.</summary>
public sealed record CardDetails(long ExpiryMonth, long ExpiryYear, string? Name = null, string? Email = null)
{
    /// <summary>For the aliases of the API, whose cards do not expire soon.</summary>
    public static CardDetails Unspecified(DateTimeOffset now) => new(now.Month, now.Year + 4);
}

/// <summary>/v1/payment_methods/{id} and the making of card payment methods. Brand and last four digits are all that is kept of a number.</summary>
public static class PaymentMethods
{
    public const string Type = "payment_method";

    public static IEnumerable<ApiRoute> All => [ApiRoute.Get("/v1/payment_methods/{payment_method}", call => call.Load(Type, Type))];

    /// <summary>The method behind an alias (a fresh object each time) or an id.</summary>
    public static JsonObject Resolve(SandboxUnit unit, string idOrAlias, string param)
    {
        if (TestCards.OfMethod(idOrAlias) is { } card)
        {
            return Create(unit, card, CardDetails.Unspecified(unit.Now));
        }

        return Documents.Find(unit, Type, idOrAlias) ?? throw StripeError.NoSuch("PaymentMethod", idOrAlias, param, 400);
    }

    public static TestCard CardOf(JsonObject method) => TestCards.OfMethod(method.HiddenOf().Text("card"))!;

    public static JsonObject Create(SandboxUnit unit, TestCard card, CardDetails details)
    {
        var method = new JsonObject
        {
            ["id"] = Ids.New("pm_1"),
            ["object"] = Type,
            ["allow_redisplay"] = "unspecified",
            ["billing_details"] = BillingDetails(details.Name, details.Email),
            ["card"] = Card(card, details),
            ["created"] = unit.Seconds,
            ["customer"] = null,
            ["customer_account"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["type"] = "card",
            [Documents.Hidden] = new JsonObject { ["card"] = card.Methods[0] },
        };
        Documents.Insert(unit, method);
        return method;
    }

    private static JsonObject BillingDetails(string? name, string? email) => new()
    {
        ["address"] = EmptyAddress(), ["email"] = email, ["name"] = name, ["phone"] = null, ["tax_id"] = null,
    };

    public static JsonObject EmptyAddress() => new()
    {
        ["city"] = null, ["country"] = null, ["line1"] = null, ["line2"] = null, ["postal_code"] = null, ["state"] = null,
    };

    public static JsonObject Checks() => new()
    {
        ["address_line1_check"] = null, ["address_postal_code_check"] = null, ["cvc_check"] = "pass",
    };

    private static JsonObject Card(TestCard card, CardDetails details) => new()
    {
        ["brand"] = card.Brand,
        ["checks"] = Checks(),
        ["country"] = "US",
        ["display_brand"] = card.Brand,
        ["exp_month"] = details.ExpiryMonth,
        ["exp_year"] = details.ExpiryYear,
        ["fingerprint"] = Fingerprint(card),
        ["funding"] = "credit",
        ["generated_from"] = null,
        ["last4"] = card.Last4,
        ["networks"] = new JsonObject { ["available"] = new JsonArray(card.Brand), ["preferred"] = null },
        ["regulated_status"] = "unregulated",
        ["three_d_secure_usage"] = new JsonObject { ["supported"] = true },
        ["wallet"] = null,
    };

    /// <summary>Equal for the same card, as at the PSP; made from the alias, so that no number can be found from it.</summary>
    public static string Fingerprint(TestCard card) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(card.Methods[0])))[..16];
}
