using PaymentPortal.Core.Psp;

namespace PaymentPortal.Core.Payments;

/// <summary>What a fetched session means for a payment.</summary>
public enum SessionDecision
{
    /// <summary>Nothing to do until the buyer or the PSP moves.</summary>
    Wait,

    /// <summary>Paid: journal entries, wallets, orders SUCCESS.</summary>
    BookToOrders,

    /// <summary>Paid when the orders could no longer take it: the money goes to suspense and a person decides.</summary>
    BookLateToSuspense,

    /// <summary>Paid, but another amount or currency than ours: the PSP's figure goes to suspense, the orders wait.</summary>
    BookDifferenceToSuspense,

    /// <summary>The PSP settled it in another amount or currency than it charged: not booked, a person decides.</summary>
    HoldForFinance,

    /// <summary>This session is in the books: the first result stands.</summary>
    AlreadyBooked,

    /// <summary>Still open, and we want it over: ask the PSP to expire it.</summary>
    ExpireSession,

    /// <summary>The session is over unpaid, the checkout goes on: Pay is offered again.</summary>
    EndAttempt,

    /// <summary>The session is over unpaid, and the checkout with it.</summary>
    EndCheckout,

    /// <summary>Complete, and its payment failed afterwards.</summary>
    FailOrders,
}

/// <summary>The facts of ours that a decision depends on.</summary>
/// <param name="WantedEnd">Why we want the checkout over, if we do.</param>
public sealed record PaymentFacts(PaymentOrderStatus Status, Common.Money Total, bool IsAttemptOpen, bool IsBooked, bool IsHeldForFinance, MoveCause? WantedEnd);

/// <summary>The session decides, never the charge and never an event's content. One exhaustive switch, without side effects.</summary>
public static class SessionRules
{
    public static SessionDecision Decide(PaymentFacts ours, PspSession theirs) => (theirs.Status, theirs.Payment) switch
    {
        (SessionStatus.Complete, SessionPayment.Paid) => Paid(ours, theirs),
        // Asynchronous methods complete first and are paid, or fail, later.
        (SessionStatus.Complete, SessionPayment.Unpaid) => theirs.IsAsyncFailed && ours.IsAttemptOpen ? SessionDecision.FailOrders : SessionDecision.Wait,
        // Our totals are above zero, so a session that wants no payment can't be one of ours gone right: it stays visible and unmoved.
        (SessionStatus.Complete, SessionPayment.NoPaymentRequired) => SessionDecision.Wait,
        (SessionStatus.Open, _) => ours.WantedEnd is null && ours.IsAttemptOpen ? SessionDecision.Wait : SessionDecision.ExpireSession,
        (SessionStatus.Expired, _) => Expired(ours),
        _ => throw new ArgumentOutOfRangeException(nameof(theirs), theirs.Status, "Unknown session status."),
    };

    private static SessionDecision Paid(PaymentFacts ours, PspSession theirs)
    {
        if (ours.IsBooked || ours.IsHeldForFinance) return SessionDecision.AlreadyBooked;
        if (theirs.Charge?.BalanceTransaction is not { } settled) return SessionDecision.Wait;
        if (settled.Gross != theirs.Total) return SessionDecision.HoldForFinance;
        if (theirs.Total != ours.Total) return SessionDecision.BookDifferenceToSuspense;
        return ours.Status == PaymentOrderStatus.Executing && ours.IsAttemptOpen ? SessionDecision.BookToOrders : SessionDecision.BookLateToSuspense;
    }

    private static SessionDecision Expired(PaymentFacts ours)
    {
        if (!ours.IsAttemptOpen || ours.Status != PaymentOrderStatus.Executing) return SessionDecision.Wait;
        return ours.WantedEnd is null ? SessionDecision.EndAttempt : SessionDecision.EndCheckout;
    }
}
