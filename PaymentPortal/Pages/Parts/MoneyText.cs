using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Parts;

/// <summary>How people read an amount: grouped, with a true minus sign, never without its code.</summary>
public static class MoneyText
{
    private const char Minus = '\u2212';
    private const char FigureSpace = '\u2007';
    private const char PointSpace = '\u2008';

    /// <summary>"−1,234.50 USD" for titles, sentences and buttons.</summary>
    public static string Of(Money money) => $"{Digits(money)} {money.Currency}";

    /// <summary>"−1,234.50"; in a column of mixed currencies padded so that the points stand above each other.</summary>
    public static string Digits(Money money, int columnDecimals = 0)
    {
        var text = money.ToString().TrimStart('-');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, rest) = point < 0 ? (text, "") : (text[..point], text[point..]);
        for (var at = whole.Length - 3; at > 0; at -= 3) whole = whole.Insert(at, ",");
        var sign = money.Minor < 0 ? Minus.ToString() : "";
        return sign + whole + rest + Padding(money.Currency.Exponent, columnDecimals);
    }

    private static string Padding(int has, int wants)
    {
        if (wants <= has) return "";
        return (has == 0 ? PointSpace.ToString() : "") + new string(FigureSpace, wants - has);
    }
}
