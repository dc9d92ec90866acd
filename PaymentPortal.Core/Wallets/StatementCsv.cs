using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Wallets;

/// <summary>A statement as CSV, written as its rows come: the opening, the movements with the balance after each, and the closing.</summary>
public static class StatementCsv
{
    public const string Header = "booked_at,entry_id,kind,source_id,checkout_id,amount,balance,currency,amount_minor,balance_minor,memo\r\n";

    public static async Task WriteAsync(StatementQueries statements, SellerAccount seller, Currency currency, MomentRange span, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Header.AsMemory(), cancellationToken).ConfigureAwait(false);
        var balance = await statements.OpeningAsync(seller, currency, span, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(Text("Opening", balance).AsMemory(), cancellationToken).ConfigureAwait(false);
        await foreach (var line in statements.StreamAsync(seller, currency, span, cancellationToken).ConfigureAwait(false))
        {
            await output.WriteAsync(Text(line).AsMemory(), cancellationToken).ConfigureAwait(false);
            balance = line.Balance;
        }
        await output.WriteAsync(Text("Closing", balance).AsMemory(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Text(string kind, Money balance) => string.Create(CultureInfo.InvariantCulture, $",,{kind},,,,{balance},{balance.Currency},,{balance.Minor},\r\n");

    private static string Text(StatementLine line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Csv.Moment(line.At)},{line.Entry},{line.Kind},{Csv.Cell(line.SourceId)},{line.Checkout},{line.Amount},{line.Balance},{line.Amount.Currency},{line.Amount.Minor},{line.Balance.Minor},{Csv.Cell(line.Memo)}\r\n");
}
