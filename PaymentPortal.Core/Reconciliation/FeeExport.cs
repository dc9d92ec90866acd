using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>The payments of a month whose fee is not what the contract says, as CSV to be sent to the PSP; written as they are read.</summary>
public sealed class FeeExport(FeeReport report)
{
    public const string Header = "payment_id,charge_id,booked_at,currency,paid,fee_charged,fee_expected,difference\r\n";

    public async Task WriteAsync(DateOnly month, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Header.AsMemory(), cancellationToken).ConfigureAwait(false);
        await foreach (var one in report.PaymentsAsync(month, cancellationToken).ConfigureAwait(false))
        {
            if (one.Difference is not { IsZero: false } difference) continue;
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{one.Checkout},{Csv.Cell(one.ChargeId)},{Csv.Moment(one.PaidAt)},{one.Paid.Currency},{one.Paid},{one.Charged},{one.Expected},{difference}\r\n");
            await output.WriteAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
