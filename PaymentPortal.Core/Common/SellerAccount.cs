using System.Diagnostics.CodeAnalysis;

namespace PaymentPortal.Core.Common;

/// <summary>
/// The merchant platform's own id of a seller: 1–100 letters, digits and <c>- _ . @</c>, beginning with a letter or a digit. It stands inside
/// account codes and exports, so nothing else (no colon, space or control character) is let in.
/// </summary>
public readonly record struct SellerAccount
{
    private const int MaxLength = 100;

    private readonly string? _value;

    private SellerAccount(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("This SellerAccount was never given a value.");

    public static bool TryParse([NotNullWhen(true)] string? text, out SellerAccount seller)
    {
        seller = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !char.IsAsciiLetterOrDigit(text[0])) return false;
        if (!text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '@')) return false;
        seller = new SellerAccount(text);
        return true;
    }

    /// <summary>For values out of our own tables; what a caller sent goes through <see cref="TryParse"/>.</summary>
    public static SellerAccount Of(string text) =>
        TryParse(text, out var seller) ? seller : throw new ArgumentException($"'{text}' is not a seller account.", nameof(text));

    public override string ToString() => Value;
}
