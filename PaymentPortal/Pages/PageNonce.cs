using System.Security.Cryptography;

namespace PaymentPortal.Pages;

/// <summary>The one-time word of this response: a script tag that carries it is ours. Made anew for every request.</summary>
public sealed class PageNonce
{
    public string Value { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);
}
