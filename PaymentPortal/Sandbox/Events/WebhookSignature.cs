using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Sandbox.Events;

/// <summary>The Stripe-Signature header: HMAC-SHA256 over "t.body", keyed with the whole secret, its whsec_ included.</summary>
public static class WebhookSignature
{
    public static string Header(string secret, DateTimeOffset now, string body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var code = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(code)}";
    }
}
