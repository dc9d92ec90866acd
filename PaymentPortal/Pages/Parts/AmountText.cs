using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Parts;

/// <summary>An amount as a person types it: decimals that he left out are zeros. The engine takes all of them or refuses, so that programs never guess.</summary>
public static class AmountText
{
    public static string Complete(string? typed, string? code)
    {
        var text = typed?.Trim() ?? "";
        if (!Currency.TryGet(code, out var currency) || currency.Exponent == 0 || text.Length == 0 || !char.IsAsciiDigit(text[0])) return text;
        var parts = text.Split('.');
        if (parts.Length > 2 || parts.Any(part => !part.All(char.IsAsciiDigit))) return text;
        return $"{parts[0]}.{(parts.Length == 2 ? parts[1] : "").PadRight(currency.Exponent, '0')}";
    }
}
