using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Of which kinds the PSP's movements and ours differ, in one currency. The PSP's are those of its settlement files: asking it for every movement it ever
/// made is no part of a check. A movement that is in no file yet shows as ours alone.
/// </summary>
internal static class PspBooksByKind
{
    private const string OurKind = """
        CASE COALESCE(o.kind, e.kind) WHEN 'PayIn' THEN 'charges' WHEN 'Suspense' THEN 'charges' WHEN 'RefundAccepted' THEN 'refunds' WHEN 'RefundFailed' THEN 'refunds'
            WHEN 'DisputeWithdrawn' THEN 'disputes' WHEN 'DisputeReinstated' THEN 'disputes' WHEN 'PayoutTransfer' THEN 'transfers' WHEN 'PayoutTransferBack' THEN 'transfers'
            WHEN 'OwnPayoutSent' THEN 'payouts' ELSE 'adjustments' END
        """;

    private const string TheirKind = """
        CASE l.category WHEN 'charge' THEN 'charges' WHEN 'refund' THEN 'refunds' WHEN 'refund_failure' THEN 'refunds' WHEN 'dispute' THEN 'disputes' WHEN 'dispute_reversal' THEN 'disputes'
            WHEN 'transfer' THEN 'transfers' WHEN 'transfer_reversal' THEN 'transfers' WHEN 'payout' THEN 'payouts' WHEN 'payout_reversal' THEN 'payouts' WHEN 'fee' THEN 'fees' ELSE 'adjustments' END
        """;

    // Both sides count gross under its kind and what the PSP kept under fees. An entry that books a fee takes it out of psp:clearing too, so it is given back to its kind.
    private const string Sums = $"""
        SELECT kind, SUM(theirs), SUM(ours) FROM (
            SELECT {TheirKind} AS kind, l.gross AS theirs, 0 AS ours FROM settlement_lines l WHERE l.is_counted AND l.currency = $1
            UNION ALL SELECT 'fees', -l.fee, 0 FROM settlement_lines l WHERE l.is_counted AND l.currency = $1 AND l.fee <> 0
            UNION ALL SELECT {OurKind}, 0, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id LEFT JOIN journal_entries o ON o.entry_id = e.reverses
                WHERE p.account IN ('psp:clearing', 'psp:fees') AND p.currency = $1
            UNION ALL SELECT 'fees', 0, -p.amount FROM postings p WHERE p.account = 'psp:fees' AND p.currency = $1) AS both_sides
        GROUP BY kind HAVING SUM(theirs) <> SUM(ours) ORDER BY kind
        """;

    /// <summary>"; refunds are -6.00 in the PSP's files and -5.00 in the ledger".</summary>
    public static async Task<string> WordsAsync(DbConnection snapshot, string code, CancellationToken cancellationToken)
    {
        var lines = await snapshot.ReadAsync("SELECT COUNT(*) FROM settlement_lines WHERE is_counted AND currency = $1", [code], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        if (lines[0] == 0) return "; no settlement file tells of this currency yet, so it can't be said of which kind the difference is";
        var currency = Currency.Of(code);
        var kinds = await snapshot.ReadAsync(
            Sums, [code], row => $"{row.GetString(0)} are {new Money(row.GetInt64(1), currency)} in the PSP's files and {new Money(row.GetInt64(2), currency)} in the ledger", cancellationToken).ConfigureAwait(false);
        return kinds.Count == 0 ? "; the PSP's files agree with the ledger in every kind, so what differs is in no file yet" : "; " + string.Join(", ", kinds);
    }
}
