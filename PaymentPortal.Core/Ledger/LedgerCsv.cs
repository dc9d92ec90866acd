using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>One line per posting.</summary>
internal static class LedgerCsv
{
    public const string Header = "seq,entry_id,kind,source_id,checkout_id,posted_at,effective_at,happened_at,available_on,memo,reverses,line,account,currency,amount,amount_minor\r\n";

    public static string Lines(StoredEntry entry)
    {
        var fields = entry.Fields;
        var text = new StringBuilder(512);
        foreach (var line in fields.Postings)
        {
            var amount = new Money(line.Amount, Currency.Of(line.Currency));
            text.Append(CultureInfo.InvariantCulture, $"{entry.Link.Sequence},{Csv.Cell(fields.EntryId)},{Csv.Cell(fields.Kind)},{Csv.Cell(fields.SourceId)},{Csv.Cell(fields.CheckoutId)},")
                .Append(CultureInfo.InvariantCulture, $"{Moment(fields.PostedAt)},{Moment(fields.EffectiveAt)},{Moment(fields.HappenedAt)},{Moment(fields.AvailableOn)},{Csv.Cell(fields.Memo)},{Csv.Cell(fields.Reverses)},")
                .Append(CultureInfo.InvariantCulture, $"{line.Line},{Csv.Cell(line.Account)},{Csv.Cell(line.Currency)},{amount},{line.Amount}\r\n");
        }
        return text.ToString();
    }

    private static string Moment(long? microseconds) =>
        microseconds is { } value ? Csv.Moment(Instants.FromMicroseconds(value)) : "";
}
