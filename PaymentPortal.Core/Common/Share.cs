using System.Globalization;

namespace PaymentPortal.Core.Common;

/// <summary>A share of an amount in parts per million: percents with four decimals, as whole numbers. Taken of an amount it is rounded half up to the minor unit.</summary>
public readonly record struct Share(long PartsPerMillion)
{
    private const long Whole = 1_000_000;
    private const int Decimals = 4;

    /// <summary>Of an amount that is not below zero.</summary>
    public Money Of(Money amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Minor, nameof(amount));
        return new Money((long)((((Int128)amount.Minor * PartsPerMillion) + (Whole / 2)) / Whole), amount.Currency);
    }

    /// <summary>Reads percents like "2.9" or "1.4125", from 0 to 100.</summary>
    public static bool TryParse(string? text, out Share share)
    {
        share = default;
        var (whole, decimals) = text?.Split('.') switch
        {
            [var all] => (all, ""),
            [var first, { Length: > 0 } rest] => (first, rest),
            _ => ("", ""),
        };
        if (whole.Length is 0 or > 3 || decimals.Length > Decimals || !whole.All(char.IsAsciiDigit) || !decimals.All(char.IsAsciiDigit)) return false;
        share = new Share(long.Parse(whole + decimals.PadRight(Decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture));
        return share.PartsPerMillion <= Whole;
    }

    /// <summary>"2.9 %".</summary>
    public override string ToString()
    {
        var digits = PartsPerMillion.ToString(CultureInfo.InvariantCulture).PadLeft(Decimals + 1, '0');
        var decimals = digits[^Decimals..].TrimEnd('0');
        return $"{digits[..^Decimals]}{(decimals.Length == 0 ? "" : "." + decimals)} %";
    }
}
