using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// Reads amounts as the PSP's reports write them: major units, a decimal point, signed. Zeros after the currency's own decimals are let be; any other
/// digit there is refused, never rounded.
/// </summary>
internal static class MajorAmount
{
    public static bool TryRead(string text, Currency currency, out Money money, [NotNullWhen(false)] out string? fault)
    {
        money = default;
        var digits = text.AsSpan();
        var isNegative = digits.StartsWith("-");
        if (isNegative) digits = digits[1..];
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var decimals = point < 0 ? [] : digits[(point + 1)..];
        fault = Why(whole, decimals, point >= 0, currency);
        if (fault is not null) return false;
        var kept = decimals[..Math.Min(decimals.Length, currency.Exponent)];
        if (!long.TryParse(string.Concat(whole, kept, new string('0', currency.Exponent - kept.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor > Money.Limit)
        {
            fault = "is larger than any amount we can book";
            return false;
        }
        money = new Money(isNegative ? -minor : minor, currency);
        return true;
    }

    private static string? Why(ReadOnlySpan<char> whole, ReadOnlySpan<char> decimals, bool hasPoint, Currency currency)
    {
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || decimals.ContainsAnyExceptInRange('0', '9') || (hasPoint && decimals.IsEmpty))
            return "is no amount like -12.50";
        if (whole.Length > 1 && whole[0] == '0') return "must not start with 0";
        return decimals.Length > currency.Exponent && decimals[currency.Exponent..].ContainsAnyExcept('0')
            ? $"has more decimals than {currency} has ({currency.Exponent})"
            : null;
    }
}
