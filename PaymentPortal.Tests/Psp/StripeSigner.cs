using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Tests.Psp;

/// <summary>Signs as the PSP does, written from its documents and not from our verifier.</summary>
internal static class StripeSigner
{
    public static string Header(string body, DateTimeOffset at, params string[] secrets) =>
        $"t={at.ToUnixTimeSeconds()}" + string.Concat(secrets.Select(secret => ",v1=" + Sign(body, at, secret)));

    public static string Sign(string body, DateTimeOffset at, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}.{body}")));
}
