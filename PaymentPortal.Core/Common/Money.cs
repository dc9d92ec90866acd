using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PaymentPortal.Core.Common;

/// <summary>
/// A whole number of minor units of one currency. Never rounded, never converted; adding two currencies or leaving the range throws,
/// because either would be a bug that invents money.
/// </summary>
public readonly record struct Money : IComparable<Money>
{
    /// <summary>No single amount of ours may pass this (10^15 minor units): sums of a million of them still fit a long.</summary>
    public const long Limit = 1_000_000_000_000_000;

    private readonly Currency? _currency;

    public Money(long minor, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        Minor = minor;
        _currency = currency;
    }

    public long Minor { get; }

    public Currency Currency => _currency ?? throw new InvalidOperationException("This Money was never given a value.");

    public bool IsZero => Minor == 0;

    public static Money Zero(Currency currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Minor + left.Same(right).Minor), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Minor - left.Same(right).Minor), left.Currency);

    public static Money operator -(Money money) => new(checked(-money.Minor), money.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    public int CompareTo(Money other) => Minor.CompareTo(Same(other).Minor);

    /// <summary>A share in basis points, rounded half up on the magnitude: the platform fee is computed once per order and never again.</summary>
    public Money BasisPoints(int basisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basisPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(basisPoints, 10_000);
        var scaled = (Int128)Math.Abs(Minor) * basisPoints;
        var share = (long)((scaled + 5_000) / 10_000);
        return new Money(Minor < 0 ? -share : share, Currency);
    }

    /// <summary>Splits by weights so that the parts add up exactly: largest remainder first, then the earlier part.</summary>
    public IReadOnlyList<Money> Split(IReadOnlyList<long> weights)
    {
        if (weights.Count == 0 || weights.Any(weight => weight < 0)) throw new ArgumentException("Weights must be present and not negative.", nameof(weights));
        Int128 total = 0;
        foreach (var weight in weights) total += weight;
        if (total == 0) throw new ArgumentException("At least one weight must be above zero.", nameof(weights));
        var magnitude = (Int128)Math.Abs(Minor);
        var parts = weights.Select((weight, index) => (index, whole: (long)(magnitude * weight / total), rest: magnitude * weight % total)).ToArray();
        var left = (long)(magnitude - parts.Aggregate((Int128)0, (sum, part) => sum + part.whole));
        var favoured = parts.OrderByDescending(part => part.rest).ThenBy(part => part.index).Take((int)left).Select(part => part.index).ToHashSet();
        var (currency, sign) = (Currency, Minor < 0 ? -1 : 1);
        return [.. parts.Select(part => new Money(sign * (part.whole + (favoured.Contains(part.index) ? 1 : 0)), currency))];
    }

    /// <summary>
    /// Reads "12.50" in the currency's own exponent: digits, one point, exactly the decimals the currency has (none: no point). No sign, no
    /// exponent, no grouping and no leading zeros, so that one amount has one spelling.
    /// </summary>
    public static bool TryParse(string? text, Currency currency, out Money money, [NotNullWhen(false)] out string? fault)
    {
        money = default;
        fault = Spelling(text, currency);
        if (fault is not null) return false;
        if (!long.TryParse(text!.Replace(".", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor > Limit)
        {
            fault = "is larger than any amount we can book";
            return false;
        }
        money = new Money(minor, currency);
        return true;
    }

    /// <summary>The spelling that <see cref="TryParse"/> reads: "12.50", "1250" for JPY, "1.250" for KWD; a minus sign in front of negative amounts.</summary>
    public override string ToString()
    {
        var digits = Minor.ToString(CultureInfo.InvariantCulture).TrimStart('-').PadLeft(Currency.Exponent + 1, '0');
        var text = Currency.Exponent == 0 ? digits : $"{digits[..^Currency.Exponent]}.{digits[^Currency.Exponent..]}";
        return Minor < 0 ? "-" + text : text;
    }

    private static string? Spelling(string? text, Currency currency)
    {
        if (string.IsNullOrEmpty(text)) return "is missing";
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, decimals) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        if (whole.Length == 0 || !whole.All(char.IsAsciiDigit) || !decimals.All(char.IsAsciiDigit) || (point >= 0 && decimals.Length == 0))
            return "must be digits with at most one decimal point, like " + new Money(1250, currency);
        if (decimals.Length != currency.Exponent)
            return currency.Exponent == 0 ? $"must have no decimals in {currency}" : $"must have exactly {currency.Exponent} decimals in {currency}";
        if (whole.Length > 1 && whole[0] == '0') return "must not start with 0";
        return null;
    }

    private Money Same(Money other) =>
        other.Currency.Equals(Currency) ? other : throw new InvalidOperationException($"{Currency} and {other.Currency} cannot be added or compared.");
}
