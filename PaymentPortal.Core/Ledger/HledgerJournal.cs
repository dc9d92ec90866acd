using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// The journal in hledger's format (hledger.org/hledger.html#journal). Accounts and commodities are declared first, so that
/// <c>hledger check --strict</c> accepts it. The date is the UTC day of effective_at.
/// </summary>
internal static class HledgerJournal
{
    public static string Declarations(IEnumerable<string> accounts, IEnumerable<string> currencies)
    {
        var text = new StringBuilder("decimal-mark .\n");
        foreach (var currency in currencies.Select(Currency.Of)) text.Append(CultureInfo.InvariantCulture, $"commodity {Sample(currency)} {currency}\n");
        foreach (var account in accounts.Select(Account.Of)) text.Append(CultureInfo.InvariantCulture, $"account {account}  ; type: {TypeOf(account.Kind)}\n");
        return text.ToString();
    }

    public static string Transaction(StoredEntry entry)
    {
        var fields = entry.Fields;
        var day = Instants.FromMicroseconds(fields.EffectiveAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = new StringBuilder(512).Append(CultureInfo.InvariantCulture, $"\n{day} ({fields.EntryId}) {fields.Kind} {OneLine(fields.SourceId)}\n");
        if (fields.CheckoutId is { } checkout) text.Append(CultureInfo.InvariantCulture, $"    ; checkout: {checkout}\n");
        if (fields.HappenedAt is { } happened) text.Append(CultureInfo.InvariantCulture, $"    ; happened: {Instants.FromMicroseconds(happened):yyyy-MM-dd}, which was closed\n");
        if (fields.Memo.Length > 0) text.Append(CultureInfo.InvariantCulture, $"    ; {OneLine(fields.Memo)}\n");
        foreach (var line in fields.Postings)
        {
            var amount = new Money(line.Amount, Currency.Of(line.Currency));
            text.Append(CultureInfo.InvariantCulture, $"    {line.Account}  {amount} {amount.Currency}\n");
        }
        return text.ToString();
    }

    /// <summary>A line break in a memo would begin a posting of its author's own; a semicolon would begin a comment.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) || character == ';' ? ' ' : character));

    /// <summary>hledger wants a decimal mark in every declared format, also where the currency has no decimals.</summary>
    private static string Sample(Currency currency) => "1000." + new string('0', currency.Exponent);

    private static string TypeOf(AccountKind kind) => kind switch
    {
        AccountKind.Asset => "A",
        AccountKind.Liability => "L",
        AccountKind.Income => "R",
        AccountKind.Expense => "X",
    };
}
