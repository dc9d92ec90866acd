namespace PaymentPortal.Core.Common;

/// <summary>
/// A currency that we offer: its ISO 4217 code and the number of decimals of its minor unit.
/// The PSP's limits (minimum charge, last digit 0 for three decimals) stand with it because they are rules of the currency there.
/// </summary>
public sealed class Currency : IEquatable<Currency>
{
    /// <summary>The largest amount of one payment in minor units that the PSP takes: eight digits.</summary>
    public const long PspMaximum = 99_999_999;

    private static readonly Dictionary<string, Currency> ByCode = Iso4217.Table
        .ToDictionary(row => row.Code, row => new Currency(row.Code, row.Exponent, row.Minimum, row.IsOffered), StringComparer.Ordinal);

    private Currency(string code, int exponent, long pspMinimum, bool isOffered)
    {
        Code = code;
        Exponent = exponent;
        PspMinimum = pspMinimum;
        IsOffered = isOffered;
        MinorPerMajor = exponent switch { 0 => 1, 2 => 100, 3 => 1000, 4 => 10_000, _ => throw new ArgumentOutOfRangeException(nameof(exponent)) };
    }

    public string Code { get; }

    public int Exponent { get; }

    public long MinorPerMajor { get; }

    /// <summary>The smallest charge the PSP accepts, in minor units.</summary>
    public long PspMinimum { get; }

    /// <summary>False for currencies known by name only, because the PSP counts them in a way that cannot be told from a mistake (ISK, UGX) or not at all.</summary>
    public bool IsOffered { get; }

    /// <summary>The PSP wants three-decimal amounts to end in 0: 5.124 KWD must be sent as 5.120 or 5.130.</summary>
    public bool NeedsTrailingZero => Exponent == 3;

    public static IReadOnlyCollection<Currency> All => ByCode.Values;

    public static bool TryGet(string? code, out Currency currency)
    {
        currency = null!;
        return code is not null && ByCode.TryGetValue(code, out currency!);
    }

    /// <summary>For codes that come out of our own tables; anything a person or another system sent goes through <see cref="TryGet"/>.</summary>
    public static Currency Of(string code) =>
        TryGet(code, out var currency) ? currency : throw new ArgumentException($"'{code}' is not a currency code of ISO 4217.", nameof(code));

    public bool Equals(Currency? other) => other is not null && other.Code == Code;

    public override bool Equals(object? obj) => Equals(obj as Currency);

    public override int GetHashCode() => Code.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Code;
}
