namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// How a line names what of ours it must agree with. A fact is written <c>category:id</c>, where the id is the PSP's object or, for disputes and fees,
/// the PSP's movement: the same words that our entries have as their source.
/// </summary>
internal static class Facts
{
    public const string Charge = "charge";
    public const string Refund = "refund";
    public const string RefundFailure = "refund_failure";
    public const string Dispute = "dispute";
    public const string DisputeReversal = "dispute_reversal";
    public const string Transfer = "transfer";
    public const string TransferReversal = "transfer_reversal";
    public const string Payout = "payout";
    public const string PayoutReversal = "payout_reversal";

    /// <summary>The PSP's own fee, which belongs to no charge.</summary>
    public const string Fee = "fee";

    /// <summary>A line's entry of ours by its category, in SQL over <c>l</c>. A charge is found by its session; this is its fee.</summary>
    public const string KindSql = """
        CASE l.category WHEN 'charge' THEN 'PspFee' WHEN 'refund' THEN 'RefundAccepted' WHEN 'refund_failure' THEN 'RefundFailed' WHEN 'dispute' THEN 'DisputeWithdrawn'
            WHEN 'dispute_reversal' THEN 'DisputeReinstated' WHEN 'transfer' THEN 'PayoutTransfer' WHEN 'transfer_reversal' THEN 'PayoutTransferBack'
            WHEN 'payout' THEN 'OwnPayoutSent' WHEN 'payout_reversal' THEN 'OwnPayoutSent' WHEN 'fee' THEN 'PspFee' END
        """;

    public const string IdSql = "CASE WHEN l.category IN ('charge', 'dispute', 'dispute_reversal', 'fee') THEN l.transaction_id ELSE l.source_id END";

    public const string FactSql = "l.category || ':' || CASE WHEN l.category IN ('dispute', 'dispute_reversal', 'fee') THEN l.transaction_id ELSE l.source_id END";

    /// <summary>An entry as a fact, in SQL over <c>e</c>: its name, what it moved at the PSP, its fee, its currency and its payment. The other way round of <see cref="KindSql"/>.</summary>
    public const string EntryColumns = """
        CASE e.kind WHEN 'RefundAccepted' THEN 'refund' WHEN 'RefundFailed' THEN 'refund_failure' WHEN 'DisputeWithdrawn' THEN 'dispute' WHEN 'DisputeReinstated' THEN 'dispute_reversal'
                WHEN 'PayoutTransfer' THEN 'transfer' WHEN 'PayoutTransferBack' THEN 'transfer_reversal' ELSE 'payout' END || ':' || e.source_id AS fact,
            (SELECT SUM(CASE WHEN p.account = 'psp:clearing' THEN p.amount END) FROM postings p WHERE p.entry_id = e.entry_id) AS amount,
            (SELECT SUM(CASE WHEN p.account = 'psp:fees' THEN p.amount END) FROM postings p WHERE p.entry_id = e.entry_id) AS fee,
            (SELECT MIN(p.currency) FROM postings p WHERE p.entry_id = e.entry_id) AS currency, e.checkout_id AS checkout_id
        """;

    /// <summary>The kinds of entries that a report of activity tells of, but for charges.</summary>
    public const string ActivityKinds = "'RefundAccepted', 'RefundFailed', 'DisputeWithdrawn', 'DisputeReinstated', 'PayoutTransfer', 'PayoutTransferBack'";

    public static readonly IReadOnlySet<string> Categories =
        new HashSet<string>(StringComparer.Ordinal) { Charge, Refund, RefundFailure, Dispute, DisputeReversal, Transfer, TransferReversal, Payout, PayoutReversal, Fee };

    public static string Of(string category, string id) => category + ":" + id;
}
