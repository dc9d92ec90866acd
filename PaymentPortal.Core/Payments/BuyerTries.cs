using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>The buyer's failed tries with one checkout: cards that the bank refused, and pages that closed unpaid.</summary>
internal sealed record BuyerTries(int Declines, DateTimeOffset? LastDecline, int Closed, DateTimeOffset? LastClosed)
{
    /// <summary>When Pay may be pressed next; null when nothing has failed.</summary>
    public DateTimeOffset? NextAt(RetryPolicies policies) =>
        Newest is { } newest ? policies.NextBuyerTry(Math.Max(1, Declines + Closed), newest) : null;

    public static BuyerTries Read(UnitOfWork unit, PaymentRow payment) => unit.QueryFirst(
        """
        SELECT (SELECT MAX(created_at) FROM attempt_charges WHERE checkout_id = $1 AND is_paid = 0),
            (SELECT COUNT(*) FROM attempts WHERE checkout_id = $1 AND state = 'SessionExpired'), (SELECT MAX(ended_at) FROM attempts WHERE checkout_id = $1 AND state = 'SessionExpired')
        """,
        row => new BuyerTries(payment.Declines, row.MomentOrNull(0), row.GetInt32(1), row.MomentOrNull(2)), payment.Id.Value)!;

    private DateTimeOffset? Newest => LastDecline is { } decline && LastClosed is { } closed ? (decline > closed ? decline : closed) : LastDecline ?? LastClosed;
}
