using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Parts;

/// <summary>The filters currency and amount of a list. Amounts are compared within one currency only; what can't be read is said, never silently dropped.</summary>
public static class AmountFilter
{
    public static readonly IReadOnlyList<FilterOption> Currencies =
        [.. Currency.All.Where(currency => currency.IsOffered).Select(currency => currency.Code).Order(StringComparer.Ordinal).Select(code => new FilterOption(code, code))];

    public static Currency? ReadCurrency(ListUrl url, List<string> notices)
    {
        if (url["currency"] is not { } code) return null;
        if (Currency.TryGet(code.ToUpperInvariant(), out var currency)) return currency;
        notices.Add($"“{code}” is no currency.");
        return null;
    }

    /// <summary>"100..250", or the words gte:100 and lte:250.</summary>
    public static (long? Least, long? Most) ReadAmounts(ListUrl url, Currency? currency, List<string> notices)
    {
        if (url["amount"] is not { } text) return (null, null);
        if (currency is null)
        {
            notices.Add("Amounts are compared within one currency: choose one.");
            return (null, null);
        }
        var (from, to) = url.Range("amount");
        foreach (var word in url.All("amount"))
        {
            if (word.StartsWith("gte:", StringComparison.Ordinal)) from = word[4..];
            else if (word.StartsWith("lte:", StringComparison.Ordinal)) to = word[4..];
            else if (!word.Contains("..", StringComparison.Ordinal)) (from, to) = (word, word);
        }
        return (ReadAmount(from, currency, notices), ReadAmount(to, currency, notices));
    }

    /// <summary>People may leave decimals away: "100" is 100.00 USD.</summary>
    private static long? ReadAmount(string? text, Currency currency, List<string> notices)
    {
        if (text is null) return null;
        var decimals = text.Split('.', 2) is [_, var part] ? part.Length : 0;
        var padded = decimals >= currency.Exponent ? text : text + (decimals == 0 && !text.EndsWith('.') ? "." : "") + new string('0', currency.Exponent - decimals);
        if (Money.TryParse(padded, currency, out var money, out _)) return money.Minor;
        notices.Add($"“{text}” is no amount in {currency}.");
        return null;
    }
}
