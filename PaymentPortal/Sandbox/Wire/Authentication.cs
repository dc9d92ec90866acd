using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Who may call: the one secret key, as Bearer or as the user name of Basic. A wrong key is named only masked.</summary>
public static class Authentication
{
    private static readonly HashSet<string> OwnResources = ["account", "balance", "balance_transactions", "charges", "events", "payouts", "refunds"];

    public static void Check(HttpRequest request, string apiKey)
    {
        var key = KeyOf(request.Headers.Authorization.ToString());
        if (string.IsNullOrEmpty(key))
        {
            throw new StripeError(401, "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.");
        }

        if (key.StartsWith("pk_", StringComparison.Ordinal))
        {
            throw new StripeError(403, "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.")
            {
                Code = "secret_key_required",
            };
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(apiKey)))
        {
            throw new StripeError(401, $"Invalid API Key provided: {Mask(key)}");
        }
    }

    /// <summary>The account in Stripe-Account; empty for the platform.</summary>
    public static string AccountOf(HttpRequest request, string apiKey, Func<string, bool> exists)
    {
        var account = request.Headers["Stripe-Account"].ToString();
        if (account.Length == 0 || exists(account))
        {
            return account;
        }

        throw new StripeError(403, $"The provided key '{Mask(apiKey)}' does not have access to account '{account}' (or that account does not exist). Application access may have been revoked.")
        {
            Code = "account_invalid",
        };
    }

    /// <summary>For an account one may look at its money and pay it out; the rest is not simulated, and refusing beats pretending.</summary>
    public static void CheckScope(ApiRequest request, ApiRoute route)
    {
        if (request.Account.Length > 0 && !(route.IsWrite ? route.Segments[1] == "payouts" : OwnResources.Contains(route.Segments[1])))
        {
            throw new StripeError(403, $"The sandbox does not support {request.Method} {route.Template} on behalf of a connected account.");
        }
    }

    public static string Mask(string key) =>
        key.Length <= 12 ? new string('*', key.Length) : $"{key[..8]}{new string('*', key.Length - 12)}{key[^4..]}";

    private static string? KeyOf(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header[7..].Trim();
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var buffer = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length).Split(':')[0]
            : null;
    }
}
