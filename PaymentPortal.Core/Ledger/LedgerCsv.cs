using System.Buffers;
using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// One line per posting (RFC 4180). A cell that another person's text could turn into a formula gets an apostrophe in front, as OWASP advises for
/// CSV injection; numbers are ours and keep their minus sign.
/// </summary>
internal static class LedgerCsv
{
    public const string Header = "seq,entry_id,kind,source_id,checkout_id,posted_at,effective_at,available_on,memo,reverses,line,account,currency,amount,amount_minor\r\n";

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    public static string Lines(StoredEntry entry)
    {
        var fields = entry.Fields;
        var text = new StringBuilder(512);
        foreach (var line in fields.Postings)
        {
            var amount = new Money(line.Amount, Currency.Of(line.Currency));
            text.Append(CultureInfo.InvariantCulture, $"{entry.Link.Sequence},{Cell(fields.EntryId)},{Cell(fields.Kind)},{Cell(fields.SourceId)},{Cell(fields.CheckoutId)},")
                .Append(CultureInfo.InvariantCulture, $"{Moment(fields.PostedAt)},{Moment(fields.EffectiveAt)},{Moment(fields.AvailableOn)},{Cell(fields.Memo)},{Cell(fields.Reverses)},")
                .Append(CultureInfo.InvariantCulture, $"{line.Line},{Cell(line.Account)},{Cell(line.Currency)},{amount},{line.Amount}\r\n");
        }
        return text.ToString();
    }

    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n') text = "'" + text;
        return text.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Moment(long? microseconds) =>
        microseconds is { } value ? Instants.FromMicroseconds(value).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) : "";
}
