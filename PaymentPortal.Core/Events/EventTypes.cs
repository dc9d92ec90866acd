namespace PaymentPortal.Core.Events;

/// <summary>The names of facts; <see cref="EventCatalogue"/> says what each holds. A name never changes its meaning.</summary>
public static class EventTypes
{
    public const string CheckoutCreated = "checkout.created";
    public const string CheckoutExecuting = "checkout.executing";
    public const string CheckoutSucceeded = "checkout.succeeded";
    public const string CheckoutFailed = "checkout.failed";
    public const string CheckoutExpired = "checkout.expired";
    public const string CheckoutCanceled = "checkout.canceled";
    public const string AttemptDeclined = "attempt.declined";
    public const string WebhookTest = "webhook.test";
    public const string RefundRequested = "refund.requested";
    public const string RefundApproved = "refund.approved";
    public const string RefundSent = "refund.sent";
    public const string RefundSucceeded = "refund.succeeded";
    public const string RefundRefused = "refund.refused";
    public const string RefundCanceled = "refund.canceled";
    public const string RefundFailed = "refund.failed";
    public const string DisputeInquiry = "dispute.inquiry";
    public const string DisputeNeedsResponse = "dispute.needs_response";
    public const string DisputeUnderReview = "dispute.under_review";
    public const string DisputeWon = "dispute.won";
    public const string DisputeLost = "dispute.lost";
    public const string DisputeAccepted = "dispute.accepted";
    public const string DisputeClosed = "dispute.closed";
    public const string PayoutRequested = "payout.requested";
    public const string PayoutApproved = "payout.approved";
    public const string PayoutInTransit = "payout.in_transit";
    public const string PayoutPaid = "payout.paid";
    public const string PayoutFailed = "payout.failed";
    public const string PayoutReturned = "payout.returned";
    public const string PayoutRefused = "payout.refused";
    public const string PayoutCanceled = "payout.canceled";
    public const string DayClosed = "day.closed";
}
