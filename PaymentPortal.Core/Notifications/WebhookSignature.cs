using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Core.Notifications;

/// <summary>
/// Secrets and signatures as Standard Webhooks has them (standardwebhooks.com, spec §"Signature scheme"): HMAC-SHA256 over "id.timestamp.body" under the
/// decoded secret, one "v1,base64" per secret, separated by spaces.
/// </summary>
public static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";

    private const int SecretBytes = 32;

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string Sign(string id, DateTimeOffset at, string body, IReadOnlyList<string> secrets)
    {
        var message = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), message))));
    }
}
