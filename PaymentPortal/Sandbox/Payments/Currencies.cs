using System.Globalization;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>Money rules per currency (contract §12). Amounts are minor units everywhere.</summary>
public static class Currencies
{
    public const long LargestAmount = 99_999_999;

    private const string WithoutDecimals = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
    private const string WithThreeDecimals = "bhd jod kwd omr tnd";
    private const string SentInHundreds = "isk ugx";

    private const string Minimums = """
        usd:50 eur:50 gbp:30 cad:50 aud:50 chf:50 nzd:50 sgd:50 brl:50 inr:50 jpy:50 sek:300 nok:300 dkk:250 pln:200 ron:200 czk:1500 huf:17500
        mxn:1000 hkd:400 aed:200 myr:200 thb:1000 krw:700 clp:500 vnd:13000 twd:1600 zar:900 try:2000 ils:200 isk:7000 ugx:190000
        bhd:190 jod:360 kwd:160 omr:200 tnd:1600 bif:1500 djf:90 gnf:4400 kmf:230 mga:2300 pyg:4000 rwf:720 vuv:60 xaf:310 xof:310 xpf:60
        """;

    private static readonly Dictionary<string, long> Least = Minimums
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':'))
        .ToDictionary(entry => entry[0], entry => long.Parse(entry[1], CultureInfo.InvariantCulture));

    public static int Decimals(string currency) =>
        WithoutDecimals.Contains(currency, StringComparison.Ordinal) ? 0 : WithThreeDecimals.Contains(currency, StringComparison.Ordinal) ? 3 : 2;

    /// <summary>The currency in lower case; unknown ones are refused by name.</summary>
    public static string Parse(string text, string param)
    {
        var currency = text.ToLowerInvariant();
        return Least.ContainsKey(currency)
            ? currency
            : throw StripeError.Invalid($"Invalid currency: {currency}. Stripe currently supports these currencies: {string.Join(", ", Least.Keys)}", param);
    }

    public static void CheckAmount(long amount, string currency, string param)
    {
        if (amount < Least[currency])
        {
            throw StripeError.Invalid($"Amount must be at least {Display(Least[currency], currency)}", param, "amount_too_small");
        }

        if (amount > LargestAmount)
        {
            throw StripeError.Invalid($"Amount must be no more than {Display(LargestAmount, currency)}", param, "amount_too_large");
        }

        CheckLastDigits(amount, currency, param);
    }

    public static void CheckLastDigits(long amount, string currency, string param)
    {
        var step = Decimals(currency) == 3 ? 10 : SentInHundreds.Contains(currency, StringComparison.Ordinal) ? 100 : 1;
        if (amount % step != 0)
        {
            throw StripeError.Invalid($"Invalid amount: amounts in {currency} must be evenly divisible by {step}.", param, "parameter_invalid_integer");
        }
    }

    /// <summary>For people: 12.50 USD.</summary>
    public static string Display(long amount, string currency) => $"{Plain(amount, currency, "N0")} {currency.ToUpperInvariant()}";

    /// <summary>As the PSP's own messages write amounts: $12.50, else 12.50 CHF.</summary>
    public static string WithSign(long amount, string currency) => currency switch
    {
        "usd" => "$" + Plain(amount, currency),
        "eur" => "€" + Plain(amount, currency),
        "gbp" => "£" + Plain(amount, currency),
        "jpy" => "¥" + Plain(amount, currency),
        _ => Display(amount, currency),
    };

    /// <summary>Major units: 1,250.00, in files 1250.00; yen without a fraction.</summary>
    /// <param name="format">N0 groups the digits, D1 does not.</param>
    public static string Plain(long amount, string currency, string format = "N0")
    {
        var decimals = Decimals(currency);
        var unit = decimals switch { 0 => 1L, 3 => 1000L, _ => 100L };
        var whole = Math.Abs(amount / unit).ToString(format, CultureInfo.InvariantCulture);
        var rest = decimals == 0 ? "" : "." + Math.Abs(amount % unit).ToString($"D{decimals}", CultureInfo.InvariantCulture);
        return $"{(amount < 0 ? "-" : "")}{whole}{rest}";
    }
}
