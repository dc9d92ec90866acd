using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>Which day is the next to be closed. The first is that of the first entry or of the PSP's first accepted file, whichever is later: what was before is brought forward by it.</summary>
/// <param name="Next">Null while no file of the PSP's counts.</param>
internal sealed record CloseCalendar(DateTimeOffset LockedUntil, DateOnly? Next)
{
    private const string Edges = """
        SELECT COALESCE((SELECT MAX(ends_at) FROM locked_days), 0), (SELECT MIN(period_from) FROM settlement_files WHERE kind = 'Activity' AND state = 'Accepted'), (SELECT MIN(effective_at) FROM journal_entries)
        """;

    /// <summary>Of $1 to $2: accepted activity files, files that are half done, accepted payout files, and payouts that such a file must tell of.</summary>
    private const string Files = """
        SELECT (SELECT COUNT(*) FROM settlement_files WHERE kind = 'Activity' AND state = 'Accepted' AND period_from <= $1 AND period_to >= $2),
            (SELECT COUNT(*) FROM settlement_files WHERE state IN ('Accepting', 'RollingBack') AND period_from < $2 AND period_to > $1),
            (SELECT COUNT(*) FROM settlement_files WHERE kind = 'Payouts' AND state = 'Accepted' AND period_from <= $1 AND period_to >= $2),
            (SELECT COUNT(*) FROM report_orders WHERE kind = 'Payouts' AND period_from = $1 AND done_at IS NULL)
            + (SELECT COUNT(*) FROM journal_entries WHERE kind = 'OwnPayoutSent' AND effective_at >= $1 AND effective_at < $2)
        """;

    public static async Task<CloseCalendar> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var (locked, file, entry) = (await connection.ReadAsync(Edges, [], row => (row.Moment(0), row.MomentOrNull(1), row.MomentOrNull(2)), cancellationToken).ConfigureAwait(false))[0];
        if (locked > DateTimeOffset.UnixEpoch) return new CloseCalendar(locked, DayOf(locked));
        return new CloseCalendar(locked, file is null ? null : DayOf(entry > file ? entry.Value : file.Value));
    }

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    /// <summary>What stands in the way of closing this day, apart from its figures.</summary>
    public async Task<IReadOnlyList<string>> WhyNotAsync(DbConnection connection, DateOnly day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (from, to) = (DayProof.StartOf(day), DayProof.StartOf(day.AddDays(1)));
        if (to <= LockedUntil) return ["It is closed."];
        var blocks = new List<string>();
        if (now < to) blocks.Add("The day is not over (days are those of UTC).");
        if (Next is { } next && next != day) blocks.Add($"Days are closed in their order: {DayProof.TextOf(next)} is next.");
        var (activity, half, payouts, owed) = (await connection.ReadAsync(Files, [from, to], row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken).ConfigureAwait(false))[0];
        if (activity == 0) blocks.Add("No accepted file of the PSP's activity covers the day.");
        if (half > 0) blocks.Add("A file of this day is being matched or taken back.");
        if (payouts == 0 && owed > 0) blocks.Add("No accepted file of the PSP's payouts covers the day, and payouts are in the books or their report is ordered.");
        return blocks;
    }
}
