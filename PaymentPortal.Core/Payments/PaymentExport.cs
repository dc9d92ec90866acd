using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments;

/// <summary>A list of payments as CSV: the rows that the list shows, in its order, read on one snapshot and written as they come. Personal data stays masked.</summary>
public sealed class PaymentExport(PaymentQueries queries)
{
    public const string Header = "payment_id,created_at,updated_at,status,amount,currency,amount_minor,customer,buyer_account,reference,card_brand,card_last4,failure_code,attempts,declines\r\n";

    public async Task WriteAsync(PaymentFilter filter, PaymentSort sort, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Header.AsMemory(), cancellationToken).ConfigureAwait(false);
        await foreach (var row in queries.ReadAllAsync(filter, sort, cancellationToken).ConfigureAwait(false)) await output.WriteAsync(Line(row).AsMemory(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Line(PaymentListRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Id},{Csv.Moment(row.CreatedAt)},{Csv.Moment(row.UpdatedAt)},{row.State.Word()},{row.Total},{row.Total.Currency},{row.Total.Minor},{Csv.Cell(row.Customer)},{Csv.Cell(row.BuyerAccount)},{Csv.Cell(row.Reference)},{Csv.Cell(row.CardBrand)},{Csv.Cell(row.CardLast4)},{Csv.Cell(row.FailureCode)},{row.Attempts},{row.Declines}\r\n");
}
