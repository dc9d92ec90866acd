namespace PaymentPortal.Core.Events;

/// <summary>The catalogue's facts about money that goes back: refunds and disputes.</summary>
internal static class ReturnFacts
{
    private static readonly EventField[] RefundFields =
    [
        new("refund_id", "id", "The refund."),
        new("checkout_id", "id", "The checkout whose money it gives back."),
        new("payment_order_id", "id or null", "The order that it refunds; null when the money never became an order's."),
        new("status", "word", "The status that it has from now on."),
        new("amount", "decimal text", "What goes back to the buyer."),
        new("currency", "ISO 4217", "The currency of the amount."),
        new("cause", "word", "Why it moved."),
    ];

    private static readonly EventField[] DisputeFields =
    [
        new("dispute_id", "id", "The dispute."),
        new("checkout_id", "id", "The checkout whose payment is disputed."),
        new("status", "word", "The status that it has from now on."),
        new("amount", "decimal text", "What is disputed."),
        new("currency", "ISO 4217", "The currency of the amount."),
        new("reason", "word", "The bank's reason, in the PSP's words."),
        new("due_by", "time or null", "Until when evidence is taken."),
        new("cause", "word", "Why it moved."),
    ];

    public static IReadOnlyList<EventKind> All { get; } =
    [
        OfRefund(EventTypes.RefundRequested, "A refund was asked for, and its money is set aside. Above a limit it waits for a second person.", "REQUESTED", "Asked"),
        OfRefund(EventTypes.RefundApproved, "A refund may be sent to the PSP.", "APPROVED", "WithinLimit"),
        OfRefund(EventTypes.RefundSent, "The PSP has taken a refund's money.", "SENT", "TakenByPsp"),
        OfRefund(EventTypes.RefundSucceeded, "The PSP says that the bank has a refund. It can still come back: that is `refund.failed`.", "SUCCEEDED", "ConfirmedByPsp"),
        OfRefund(EventTypes.RefundRefused, "A refund will not be made; its money is back where it was.", "REFUSED", "RefusedByChecker"),
        OfRefund(EventTypes.RefundCanceled, "A refund was taken back before it was sent; its money is back where it was.", "CANCELED", "Canceled"),
        OfRefund(EventTypes.RefundFailed, "The bank gave a refund back. The buyer is still owed, and finance decides how he is paid.", "FAILED", "FailedAtPsp"),
        OfDispute(EventTypes.DisputeInquiry, "The buyer's bank asks about a payment; no money moved.", "INQUIRY", "Seen"),
        OfDispute(EventTypes.DisputeNeedsResponse, "A payment is disputed: the PSP withdrew its money, and evidence is wanted.", "NEEDS_RESPONSE", "Seen"),
        OfDispute(EventTypes.DisputeUnderReview, "The bank reads the evidence.", "UNDER_REVIEW", "Seen"),
        OfDispute(EventTypes.DisputeWon, "The bank decided for us: the money is back.", "WON", "Seen"),
        OfDispute(EventTypes.DisputeLost, "The bank decided for the buyer: the money is gone.", "LOST", "Seen"),
        OfDispute(EventTypes.DisputeAccepted, "We accepted the loss of a dispute.", "ACCEPTED", "Seen"),
        OfDispute(EventTypes.DisputeClosed, "An inquiry ended without becoming a dispute.", "CLOSED", "Seen"),
    ];

    private static EventKind OfRefund(string type, string meaning, string status, string cause) => new(
        type, 1, "refund (`rfd_…`)", meaning, RefundFields,
        $$"""{"refund_id":"rfd_01KAPV6M3W8N5T2J0B7QZC4XKD","checkout_id":"chk_01KAPV5DZQ8Y6N3H2K4B7GXT1M","payment_order_id":"ord_01KAPV5DZQ2R8M4V6T0C9JYW3B","status":"{{status}}","amount":"5.00","currency":"USD","cause":"{{cause}}"}""");

    private static EventKind OfDispute(string type, string meaning, string status, string cause) => new(
        type, 1, "dispute (`dsp_…`)", meaning, DisputeFields,
        $$"""{"dispute_id":"dsp_01KAPV7C1K5Q9X3R8D2M0VTBZN","checkout_id":"chk_01KAPV5DZQ8Y6N3H2K4B7GXT1M","status":"{{status}}","amount":"12.50","currency":"USD","reason":"fraudulent","due_by":"2026-12-02T23:59:59+00:00","cause":"{{cause}}"}""");
}
