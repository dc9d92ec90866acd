using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>The stored facts that decide what a buyer is shown: nothing else does, so that Back, reload and a second tab agree.</summary>
/// <param name="WantedEnd">Why the checkout should be over although it is not yet.</param>
/// <param name="IsHeldForFinance">Money of this payment waits for a person.</param>
/// <param name="Newest">The newest attempt, open or not.</param>
/// <param name="DeclineCap">So many refused cards end the checkout.</param>
/// <param name="LastDecline">The PSP's code of the newest refused card of that attempt.</param>
public sealed record BuyerFacts(PaymentOrderStatus Status, MoveCause? WantedEnd, int Declines, bool IsHeldForFinance, AttemptFacts? Newest, string? LastDecline, int DeclineCap = RetryDefaults.BuyerCap)
{
    public bool IsAtCap => Declines >= DeclineCap;
}

/// <summary>How an attempt stands, as far as a buyer's page depends on it.</summary>
/// <param name="HasSession">The PSP has made its page: from here on the buyer may have been sent there.</param>
/// <param name="IsBankCheckOpen">The bank wanted to make sure who pays, and the buyer left before that or did not pass.</param>
/// <param name="ReturnedAt">When the buyer came back from paying.</param>
/// <param name="CompletedAt">When the PSP was first seen to hold the session for complete.</param>
/// <param name="SeenAt">When the PSP was last asked.</param>
public sealed record AttemptFacts(
    AttemptState State,
    bool HasSession,
    bool IsBankCheckOpen,
    DateTimeOffset StartedAt,
    DateTimeOffset? ReturnedAt = null,
    DateTimeOffset? CompletedAt = null,
    DateTimeOffset? SeenAt = null)
{
    /// <summary>
    /// Since when the buyer waits for the PSP's word on a payment that he may have made; null when he can't have, or when the PSP was asked
    /// after he came back and still held the session for open.
    /// </summary>
    public DateTimeOffset? UnderWaySince
    {
        get
        {
            if (State == AttemptState.Paid) return CompletedAt ?? SeenAt ?? StartedAt;
            if (State != AttemptState.Open) return null;
            var isReturnUnanswered = ReturnedAt is { } back && !(SeenAt >= back);
            if (CompletedAt is { } complete) return ReturnedAt < complete ? ReturnedAt : complete;
            return isReturnUnanswered ? ReturnedAt : null;
        }
    }
}
