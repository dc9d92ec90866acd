using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Retries;

/// <summary>Dead letters, and the items of a redrive, as CSV: the rows of the list, in its order, written as they come.</summary>
public sealed class RetryExport(DeadLetterQueries letters, RedriveQueries redrives)
{
    public const string LettersHeader = "dead_letter_id,state,cause,operation,code,reason,effect,payment_id,amount,currency,amount_minor,tries,deaths,first_seen,last_seen,closed_by,close_reason,step,subject\r\n";
    public const string ItemsHeader = "no,dead_letter_id,payment_id,before,result,after,released_at,settled_at\r\n";

    private const int Chunk = 1000;

    public async Task WriteLettersAsync(DeadLetterFilter filter, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(LettersHeader.AsMemory(), cancellationToken).ConfigureAwait(false);
        await foreach (var letter in letters.ReadAllAsync(filter, cancellationToken).ConfigureAwait(false)) await output.WriteAsync(Line(letter).AsMemory(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task WriteItemsAsync(string redrive, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(ItemsHeader.AsMemory(), cancellationToken).ConfigureAwait(false);
        for (var (after, read) = (0, Chunk); read == Chunk;)
        {
            var items = await redrives.ItemsAsync(redrive, null, after, Chunk, cancellationToken).ConfigureAwait(false);
            foreach (var item in items) await output.WriteAsync(Line(item).AsMemory(), cancellationToken).ConfigureAwait(false);
            (after, read) = (items.Count > 0 ? items[^1].Seq : after, items.Count);
        }
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Line(LetterRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.DeadLetterId},{row.State},{Csv.Cell(row.CauseKey)},{row.Operation},{Csv.Cell(row.Code)},{Csv.Cell(row.Reason)},{row.Effect},{row.CheckoutId},{row.AtRisk},{row.AtRisk?.Currency},{row.AtRisk?.Minor},{row.Tries},{row.Deaths},{Csv.Moment(row.FirstSeen)},{Csv.Moment(row.LastSeen)},{Csv.Cell(row.ClosedBy)},{Csv.Cell(row.CloseReason)},{row.Kind},{Csv.Cell(row.SubjectId)}\r\n");

    private static string Line(RedriveItemRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Seq},{row.DeadLetterId},{row.CheckoutId},{Csv.Cell(row.Before)},{row.State},{Csv.Cell(row.After)},{Moment(row.ReleasedAt)},{Moment(row.SettledAt)}\r\n");

    private static string Moment(DateTimeOffset? moment) => moment is { } at ? Csv.Moment(at) : "";
}
