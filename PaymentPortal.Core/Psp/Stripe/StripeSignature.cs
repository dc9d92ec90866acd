using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp.Stripe;

public enum SignatureVerdict
{
    Valid,

    /// <summary>No header, or none that has one time and a v1 signature.</summary>
    Malformed,

    /// <summary>None of our secrets made any of its signatures: forged, changed on the way, or an unknown secret.</summary>
    Forged,

    /// <summary>Genuine, but signed too long ago: it may be a recording.</summary>
    Stale,

    /// <summary>Genuine, but signed in the future: a clock is wrong, and the recording of it would stay fresh too long.</summary>
    Future,
}

/// <summary>
/// Checks the signature of a webhook over its raw bytes: any of several signatures by any of our secrets, because both sides roll secrets
/// with an overlap. Schemes other than v1 are ignored.
/// </summary>
public static class StripeSignature
{
    public const string HeaderName = "Stripe-Signature";

    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const int MaxHeader = 4096;
    private const int MaxSignatures = 20;

    public static SignatureVerdict Verify(ReadOnlySpan<byte> rawBody, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (!TryRead(header, out var time, out var signatures)) return SignatureVerdict.Malformed;
        if (!IsSignedByAny(rawBody, time, signatures, secrets)) return SignatureVerdict.Forged;
        var age = now.ToUnixTimeSeconds() - long.Parse(time, NumberStyles.None, CultureInfo.InvariantCulture);
        if (age > Tolerance.Ticks / TimeSpan.TicksPerSecond) return SignatureVerdict.Stale;
        return -age > Tolerance.Ticks / TimeSpan.TicksPerSecond ? SignatureVerdict.Future : SignatureVerdict.Valid;
    }

    /// <summary>The answer to a caller whose signature is not <see cref="SignatureVerdict.Valid"/>; null when it is.</summary>
    public static Refusal? Refuse(SignatureVerdict verdict) => verdict switch
    {
        SignatureVerdict.Valid => null,
        SignatureVerdict.Malformed => Refused($"The {HeaderName} header is missing or can't be read."),
        SignatureVerdict.Forged => Refused("The signature was made with none of our secrets. Compare Psp:WebhookSecrets with the endpoint's secret."),
        SignatureVerdict.Stale => Refused($"The signature is older than {Tolerance.Minutes} minutes. If the event is new, a clock is wrong."),
        SignatureVerdict.Future => Refused($"The signature is from more than {Tolerance.Minutes} minutes ahead. A clock is wrong."),
    };

    private static Refusal Refused(string text) => new(RefusalCodes.SignatureInvalid, 400, text + " Nothing was stored.");

    private static bool TryRead(string? header, out string time, out List<byte[]> signatures)
    {
        (time, signatures) = ("", []);
        if (header is null or { Length: > MaxHeader }) return false;
        foreach (var part in header.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return false;
            var (scheme, value) = (part[..equals].Trim(), part[(equals + 1)..].Trim());
            if (scheme == "t" && (time.Length > 0 || !IsTime(value))) return false;
            if (scheme == "t") time = value;
            if (scheme == "v1" && value.Length == 64 && value.All(char.IsAsciiHexDigit)) signatures.Add(Convert.FromHexString(value));
        }
        return time.Length > 0 && signatures.Count is > 0 and <= MaxSignatures;
    }

    // Eleven digits reach the year 5138 and can't overflow.
    private static bool IsTime(string value) => value.Length is > 0 and <= 11 && value.All(char.IsAsciiDigit);

    /// <summary>Looks at every pair, so that the time it takes says nothing about which one nearly fitted.</summary>
    private static bool IsSignedByAny(ReadOnlySpan<byte> rawBody, string time, List<byte[]> signatures, IReadOnlyList<string> secrets)
    {
        var isSigned = false;
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
        {
            var expected = Compute(rawBody, time, secret);
            foreach (var signature in signatures) isSigned |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }
        return isSigned;
    }

    private static byte[] Compute(ReadOnlySpan<byte> rawBody, string time, string secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.ASCII.GetBytes(time));
        hash.AppendData("."u8);
        hash.AppendData(rawBody);
        return hash.GetHashAndReset();
    }
}
