namespace PaymentPortal.Core.Payouts;

/// <summary>What makes a payout move.</summary>
public enum PayoutCause
{
    Created,

    /// <summary>Nobody here asked for it: the PSP paid out to our bank by itself.</summary>
    MadeByPsp,

    /// <summary>Small enough to need no second person.</summary>
    WithinLimit,

    /// <summary>A second person agreed.</summary>
    Approved,

    ApprovalRefused,
    ApprovalExpired,
    ApprovalWithdrawn,

    /// <summary>The seller's bank account is another than when it was asked for.</summary>
    BankChanged,

    Canceled,
    SendingStarted,
    PayoutMade,
    PaidByPsp,
    FailedAtBank,
    CanceledAtPsp,
    ReturnedByBank,
    PayAgain,

    /// <summary>The transfer was reversed, and the seller has his money back in the wallet.</summary>
    TakenBack,

    /// <summary>A person discarded the dead letter of its step.</summary>
    GivenUp,

    /// <summary>The same, but its money had been moved to the seller's account at the PSP.</summary>
    StuckAtPsp,

    /// <summary>When our own money was to leave, less of it was ours than was asked for.</summary>
    NotOurs,

    /// <summary>Our own money that did not arrive is in psp:clearing again.</summary>
    BackAtPsp,
}

/// <summary>The move table of payouts. A move outside it is a bug and throws: there is no silent no-op.</summary>
public static class PayoutMoves
{
    private static readonly Dictionary<(PayoutStatus From, PayoutCause Cause), PayoutStatus> Table = new()
    {
        [(PayoutStatus.Requested, PayoutCause.WithinLimit)] = PayoutStatus.Approved,
        [(PayoutStatus.Requested, PayoutCause.Approved)] = PayoutStatus.Approved,
        [(PayoutStatus.Requested, PayoutCause.ApprovalRefused)] = PayoutStatus.Refused,
        [(PayoutStatus.Requested, PayoutCause.ApprovalExpired)] = PayoutStatus.Refused,
        [(PayoutStatus.Requested, PayoutCause.BankChanged)] = PayoutStatus.Refused,
        [(PayoutStatus.Requested, PayoutCause.ApprovalWithdrawn)] = PayoutStatus.Canceled,
        [(PayoutStatus.Requested, PayoutCause.Canceled)] = PayoutStatus.Canceled,
        [(PayoutStatus.Approved, PayoutCause.BankChanged)] = PayoutStatus.Refused,
        [(PayoutStatus.Approved, PayoutCause.NotOurs)] = PayoutStatus.Refused,
        [(PayoutStatus.Approved, PayoutCause.Canceled)] = PayoutStatus.Canceled,
        [(PayoutStatus.Approved, PayoutCause.GivenUp)] = PayoutStatus.Canceled,
        [(PayoutStatus.Approved, PayoutCause.SendingStarted)] = PayoutStatus.Sending,
        [(PayoutStatus.Sending, PayoutCause.PayoutMade)] = PayoutStatus.InTransit,
        [(PayoutStatus.Sending, PayoutCause.BankChanged)] = PayoutStatus.Failed,
        [(PayoutStatus.Sending, PayoutCause.Canceled)] = PayoutStatus.Canceled,
        [(PayoutStatus.Sending, PayoutCause.GivenUp)] = PayoutStatus.Canceled,
        [(PayoutStatus.Sending, PayoutCause.StuckAtPsp)] = PayoutStatus.Failed,
        [(PayoutStatus.InTransit, PayoutCause.StuckAtPsp)] = PayoutStatus.Failed,
        [(PayoutStatus.Sending, PayoutCause.TakenBack)] = PayoutStatus.Canceled,
        [(PayoutStatus.InTransit, PayoutCause.PaidByPsp)] = PayoutStatus.Paid,
        [(PayoutStatus.InTransit, PayoutCause.FailedAtBank)] = PayoutStatus.Failed,
        [(PayoutStatus.InTransit, PayoutCause.CanceledAtPsp)] = PayoutStatus.Failed,
        [(PayoutStatus.InTransit, PayoutCause.BackAtPsp)] = PayoutStatus.Canceled,
        [(PayoutStatus.InTransit, PayoutCause.TakenBack)] = PayoutStatus.Canceled,
        [(PayoutStatus.Paid, PayoutCause.ReturnedByBank)] = PayoutStatus.Returned,
        [(PayoutStatus.Failed, PayoutCause.PayAgain)] = PayoutStatus.Sending,
        [(PayoutStatus.Failed, PayoutCause.TakenBack)] = PayoutStatus.Canceled,
        [(PayoutStatus.Returned, PayoutCause.PayAgain)] = PayoutStatus.Sending,
        [(PayoutStatus.Returned, PayoutCause.TakenBack)] = PayoutStatus.Canceled,
    };

    public static bool CanMove(PayoutStatus from, PayoutCause cause) => Table.ContainsKey((from, cause));

    public static PayoutStatus Move(PayoutStatus from, PayoutCause cause) =>
        Table.TryGetValue((from, cause), out var to) ? to : throw new InvalidOperationException($"A payout that is {from.Word()} can't move because of {cause}.");
}
