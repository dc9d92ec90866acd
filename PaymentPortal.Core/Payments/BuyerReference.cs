using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments;

/// <summary>The number a buyer reads out on the phone: the last eight characters of the checkout's id, which are random, so staff finds the payment by them.</summary>
public static class BuyerReference
{
    private const string Prefix = "PP-";
    private const int Half = 4;

    public static string Of(CheckoutId checkout) => $"{Prefix}{checkout.Value[^(2 * Half)..^Half]}-{checkout.Value[^Half..]}";

    /// <summary>The end of the checkout's id that a spoken number means, or null when it is none.</summary>
    public static string? ToIdEnding(string spoken)
    {
        var text = spoken.Trim().ToUpperInvariant();
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var ending = text[Prefix.Length..].Replace("-", "", StringComparison.Ordinal);
        return ending.Length == 2 * Half && ending.All(char.IsAsciiLetterOrDigit) ? ending : null;
    }
}
