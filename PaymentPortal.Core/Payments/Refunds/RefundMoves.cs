namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>The move table of refunds. A move outside it is a bug and throws: there is no silent no-op.</summary>
public static class RefundMoves
{
    private static readonly Dictionary<(RefundStatus From, RefundCause Cause), RefundStatus> Table = new()
    {
        [(RefundStatus.Requested, RefundCause.WithinLimit)] = RefundStatus.Approved,
        [(RefundStatus.Requested, RefundCause.ApprovedByChecker)] = RefundStatus.Approved,
        [(RefundStatus.Requested, RefundCause.RefusedByChecker)] = RefundStatus.Refused,
        [(RefundStatus.Requested, RefundCause.ApprovalEnded)] = RefundStatus.Canceled,
        [(RefundStatus.Requested, RefundCause.Canceled)] = RefundStatus.Canceled,
        [(RefundStatus.Approved, RefundCause.Canceled)] = RefundStatus.Canceled,
        [(RefundStatus.Approved, RefundCause.GivenUp)] = RefundStatus.Refused,
        [(RefundStatus.Approved, RefundCause.RefusedByPsp)] = RefundStatus.Refused,
        [(RefundStatus.Approved, RefundCause.TakenByPsp)] = RefundStatus.Sent,
        [(RefundStatus.Sent, RefundCause.ConfirmedByPsp)] = RefundStatus.Succeeded,
        [(RefundStatus.Sent, RefundCause.FailedAtPsp)] = RefundStatus.Failed,
        [(RefundStatus.Succeeded, RefundCause.FailedAtPsp)] = RefundStatus.Failed,
    };

    public static bool CanMove(RefundStatus from, RefundCause cause) => Table.ContainsKey((from, cause));

    public static RefundStatus Move(RefundStatus from, RefundCause cause) =>
        Table.TryGetValue((from, cause), out var to) ? to : throw new InvalidOperationException($"A refund that is {from.Word()} can't move because of {cause}.");

    /// <summary>Its money is set aside and not yet with the PSP.</summary>
    public static bool IsOpen(this RefundStatus status) => status is RefundStatus.Requested or RefundStatus.Approved;

    /// <summary>It came to nothing: what it held was given back.</summary>
    public static bool IsVoid(this RefundStatus status) => status is RefundStatus.Refused or RefundStatus.Canceled;

    /// <summary>We look at it no more by ourselves. The PSP may still tell that a refund which succeeded has failed.</summary>
    public static bool IsOver(this RefundStatus status) => status is RefundStatus.Succeeded or RefundStatus.Failed || status.IsVoid();
}
