namespace PaymentPortal.Core.Payments;

/// <summary>What makes orders move. The cause decides which moves are legal: a late success is booked to suspense first and moves only by a person's accept.</summary>
public enum MoveCause
{
    Created,
    PayPressed,
    SessionPaid,
    AsyncPaymentFailed,
    TooManyDeclines,
    CheckoutEnded,
    Canceled,
    LateSuccessAccepted,
}

/// <summary>The move table of payment orders. A move outside it is a bug and throws: there is no silent no-op.</summary>
public static class PaymentMoves
{
    private static readonly Dictionary<(PaymentOrderStatus From, MoveCause Cause), PaymentOrderStatus> Table = new()
    {
        [(PaymentOrderStatus.NotStarted, MoveCause.PayPressed)] = PaymentOrderStatus.Executing,
        [(PaymentOrderStatus.NotStarted, MoveCause.CheckoutEnded)] = PaymentOrderStatus.Expired,
        [(PaymentOrderStatus.NotStarted, MoveCause.Canceled)] = PaymentOrderStatus.Canceled,
        [(PaymentOrderStatus.Executing, MoveCause.SessionPaid)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Executing, MoveCause.AsyncPaymentFailed)] = PaymentOrderStatus.Failed,
        [(PaymentOrderStatus.Executing, MoveCause.TooManyDeclines)] = PaymentOrderStatus.Failed,
        [(PaymentOrderStatus.Executing, MoveCause.CheckoutEnded)] = PaymentOrderStatus.Expired,
        [(PaymentOrderStatus.Executing, MoveCause.Canceled)] = PaymentOrderStatus.Canceled,
        [(PaymentOrderStatus.Failed, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Expired, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
        [(PaymentOrderStatus.Canceled, MoveCause.LateSuccessAccepted)] = PaymentOrderStatus.Success,
    };

    public static bool CanMove(PaymentOrderStatus from, MoveCause cause) => Table.ContainsKey((from, cause));

    /// <summary>True when some cause leads from one status to the other; the checker proves histories with it.</summary>
    public static bool IsLegal(PaymentOrderStatus from, PaymentOrderStatus to) => Table.Any(move => move.Key.From == from && move.Value == to);

    public static PaymentOrderStatus Move(PaymentOrderStatus from, MoveCause cause) =>
        Table.TryGetValue((from, cause), out var to) ? to : throw new InvalidOperationException($"A payment order that is {from.Word()} can't move because of {cause}.");

    /// <summary>No automatic step leads out of it.</summary>
    public static bool IsFinal(this PaymentOrderStatus status) => status is not (PaymentOrderStatus.NotStarted or PaymentOrderStatus.Executing);
}
