using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>Says why the sides of an item differ, by what is written down about it: never by guessing from amounts.</summary>
internal sealed class ItemNaming(DbConnection connection, DateTimeOffset now)
{
    /// <summary>Where our booking of a line counts, whatever the day.</summary>
    private const string EntryOfLine = $"""
        SELECT MIN(at) FROM (
            SELECT e.effective_at AS at FROM settlement_lines l JOIN journal_entries e ON e.kind = {Facts.KindSql} AND e.source_id = {Facts.IdSql} WHERE l.file_id = $1 AND l.line = $2 AND l.category <> 'payout_reversal'
            UNION ALL SELECT e.effective_at FROM settlement_lines l JOIN booked_sessions b ON b.charge_id = l.source_id JOIN journal_entries e ON e.checkout_id = b.checkout_id AND e.kind IN ('PayIn', 'Suspense')
                WHERE l.file_id = $1 AND l.line = $2 AND l.category = 'charge'
            UNION ALL SELECT r.effective_at FROM settlement_lines l JOIN journal_entries e ON e.kind = 'OwnPayoutSent' AND e.source_id = l.source_id JOIN journal_entries r ON r.reverses = e.entry_id
                WHERE l.file_id = $1 AND l.line = $2 AND l.category = 'payout_reversal') AS places
        """;

    private const string ChargeOfFee = """
        SELECT b.charge_id FROM journal_entries e JOIN booked_sessions b ON b.checkout_id = e.checkout_id WHERE e.kind = 'PspFee' AND e.source_id = $1 ORDER BY b.booked_at LIMIT 1
        """;

    public async Task<ProofItem> NameAsync(ItemRow row, CancellationToken cancellationToken)
    {
        var (reason, about, note) = await WhyAsync(row, cancellationToken).ConfigureAwait(false);
        var isSettled = reason != ItemReason.Mismatch || note.EndsWith(nameof(MismatchState.Resolved), StringComparison.Ordinal) || note.EndsWith(nameof(MismatchState.Ignored), StringComparison.Ordinal);
        return new ProofItem(row.Category, row.Item, row.Currency, row.Orders, row.Ledger, row.Wallets, row.Psp, reason, about, note) { IsSettled = isSettled };
    }

    /// <summary>Mismatches of the day that move no money, or that an entry of the same day has balanced.</summary>
    public async Task<List<ProofItem>> WithoutMoneyAsync(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<ProofItem> named, CancellationToken cancellationToken)
    {
        var known = named.Where(item => item.Reason == ItemReason.Mismatch).Select(item => item.About).ToHashSet(StringComparer.Ordinal);
        var rest = await connection.ReadAsync(
            $"SELECT mismatch_id, kind, state, category, COALESCE(transaction_id, fact), currency FROM mismatches WHERE happened_at >= $1 AND happened_at < $2 AND (kind IN ('Duplicate', 'Timing') OR state IN ('Open', 'Timing', 'Asked')) AND state <> 'Withdrawn' ORDER BY mismatch_id LIMIT {DayProof.MostItems}",
            [from, to],
            row => new ProofItem(row.GetString(3), row.GetString(0), row.GetString(5), null, 0, 0, 0, ItemReason.Mismatch, row.GetString(0), $"{row.GetString(1)} {row.TextOrNull(4)}, {row.GetString(2)}")
            {
                IsSettled = row.GetString(2) is nameof(MismatchState.Resolved) or nameof(MismatchState.Ignored),
            },
            cancellationToken).ConfigureAwait(false);
        return [.. rest.Where(item => !known.Contains(item.About))];
    }

    private async Task<(ItemReason Reason, string? About, string Note)> WhyAsync(ItemRow row, CancellationToken cancellationToken)
    {
        if (!row.IsOurSideOne) return (ItemReason.Unexplained, null, "Our own rows, journal and wallets do not agree: see Integrity.");
        if (row.Category == ProofSql.Adjustment) return (ItemReason.Adjustment, row.Item, "The entry that settles it.");
        if (row.Category == ProofSql.ByHand) return (ItemReason.ByHand, row.Item, "Two people wrote it.");
        return row.FileId is { } file
            ? await OfLineAsync(file, row.Line!.Value, row, cancellationToken).ConfigureAwait(false)
            : await OfOursAsync(row, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(ItemReason Reason, string? About, string Note)> OfLineAsync(string file, long line, ItemRow row, CancellationToken cancellationToken)
    {
        if (await MismatchAsync("file_id = $1 AND line = $2", [file, line], cancellationToken).ConfigureAwait(false) is { } mismatch) return mismatch;
        if (row.Ledger == 0 && await MomentAsync(EntryOfLine, [file, line], cancellationToken).ConfigureAwait(false) is { } at && DayOf(at) != DayOf(row.At))
            return (ItemReason.OtherDay, DayOf(at), $"In our books on {DayOf(at)}.");
        return (ItemReason.Unexplained, null, "No mismatch tells of it.");
    }

    private async Task<(ItemReason Reason, string? About, string Note)> OfOursAsync(ItemRow row, CancellationToken cancellationToken)
    {
        var fact = row.Category == ProofSql.Fee
            ? (await connection.ReadAsync(ChargeOfFee, [row.Item], found => Facts.Of(Facts.Charge, found.GetString(0)), cancellationToken).ConfigureAwait(false)).FirstOrDefault() ?? Facts.Of(Facts.Fee, row.Item)
            : Facts.Of(row.Category, row.Item);
        var lines = await connection.ReadAsync(
            "SELECT file_id, line, effective_at FROM settlement_lines WHERE fact = $1 AND is_counted = 1", [fact], line => (File: line.GetString(0), Line: line.GetInt64(1), At: line.Moment(2)), cancellationToken).ConfigureAwait(false);
        if (lines is [var paired])
        {
            if (await MismatchAsync("file_id = $1 AND line = $2", [paired.File, paired.Line], cancellationToken).ConfigureAwait(false) is { } named && DayOf(paired.At) == DayOf(row.At)) return named;
            if (DayOf(paired.At) != DayOf(row.At)) return (ItemReason.OtherDay, DayOf(paired.At), $"In the PSP's file of {DayOf(paired.At)}.");
        }
        if (await MismatchAsync("fact = $1 AND file_id IS NULL", [fact], cancellationToken).ConfigureAwait(false) is { } missed) return missed;
        var until = row.At + (row.Category is Facts.Payout or Facts.PayoutReversal ? SettlementSweep.PayoutLag : SettlementSweep.Lag);
        return until > now && lines.Count == 0
            ? (ItemReason.Waiting, null, string.Create(CultureInfo.InvariantCulture, $"The PSP has until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC to tell of it."))
            : (ItemReason.Unexplained, null, "No line of the PSP's and no mismatch tells of it.");
    }

    private async Task<(ItemReason Reason, string? About, string Note)?> MismatchAsync(string where, IReadOnlyList<object?> arguments, CancellationToken cancellationToken)
    {
        var found = await connection.ReadAsync(
            $"SELECT mismatch_id, kind, state FROM mismatches WHERE {where} AND state <> 'Withdrawn'", arguments, row => (Id: row.GetString(0), Kind: row.GetString(1), State: row.GetString(2)), cancellationToken).ConfigureAwait(false);
        return found is [var one] ? (ItemReason.Mismatch, one.Id, $"{one.Kind}, {one.State}") : null;
    }

    private async Task<DateTimeOffset?> MomentAsync(string sql, IReadOnlyList<object?> arguments, CancellationToken cancellationToken) =>
        (await connection.ReadAsync(sql, arguments, row => row.MomentOrNull(0), cancellationToken).ConfigureAwait(false))[0];

    private static string DayOf(DateTimeOffset moment) => DayProof.TextOf(CloseCalendar.DayOf(moment));
}
