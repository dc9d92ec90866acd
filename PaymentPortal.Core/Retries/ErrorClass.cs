namespace PaymentPortal.Core.Retries;

/// <summary>What kind of trouble a try met. With the operation it chooses the policy.</summary>
public enum ErrorClass
{
    /// <summary>Nothing is wrong: the other side has not got so far yet.</summary>
    NotReady,

    /// <summary>Nothing was sent: no connection.</summary>
    Unreachable,

    /// <summary>Turned away because a twin is under way.</summary>
    Busy,

    /// <summary>Turned away because there were too many calls; how long to wait was mostly told.</summary>
    RateLimited,

    /// <summary>It may have been done: no answer, half an answer, 5xx.</summary>
    Unanswered,

    /// <summary>A definite no that a repeat of the same would meet again.</summary>
    Rejected,

    /// <summary>The bank said no to a card. We never try a card again; the buyer may.</summary>
    Declined,

    /// <summary>A fault of this program.</summary>
    Internal,
}
