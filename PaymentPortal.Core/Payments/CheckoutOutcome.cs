using PaymentPortal.Core.Psp;

namespace PaymentPortal.Core.Payments;

/// <summary>What a buyer's page says. Each has one heading, one word about money and one next step.</summary>
public enum BuyerState
{
    /// <summary>Nothing stands in the way of paying.</summary>
    Payable,

    /// <summary>The bank said no; another try may work.</summary>
    Declined,

    /// <summary>The bank said no for good: only another card can work.</summary>
    CardUnusable,

    /// <summary>The bank wanted to make sure who pays, and that was not finished.</summary>
    BankCheckUnfinished,

    /// <summary>The PSP's page is being made.</summary>
    Starting,

    /// <summary>The PSP's page could not be made: nobody can have paid.</summary>
    CouldNotStart,

    /// <summary>Paid as far as the buyer is concerned; the PSP's word is on its way.</summary>
    Processing,
    ProcessingLong,

    /// <summary>Still no word: paying again could mean paying twice.</summary>
    Unknown,

    /// <summary>The checkout should be over and the PSP has not yet said that it is.</summary>
    Closing,

    /// <summary>Money came that a person must look at.</summary>
    Held,
    Paid,
    Expired,
    Canceled,

    /// <summary>Our cap of refused cards was reached.</summary>
    TooManyDeclines,

    /// <summary>A payment that is confirmed later was refused in the end.</summary>
    Failed,
}

/// <summary>
/// Picks what the buyer is shown. "Unknown" exists only once the buyer was sent to the PSP: before that nothing can have been taken, and saying
/// otherwise would frighten people for nothing.
/// </summary>
public static class CheckoutOutcome
{
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongAfter = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan UnknownAfter = TimeSpan.FromSeconds(60);

    public static BuyerState Of(BuyerFacts facts, DateTimeOffset now)
    {
        if (facts.Status == PaymentOrderStatus.Success) return BuyerState.Paid;
        if (facts.IsHeldForFinance) return BuyerState.Held;
        return facts.Status switch
        {
            PaymentOrderStatus.Expired => BuyerState.Expired,
            PaymentOrderStatus.Canceled => BuyerState.Canceled,
            PaymentOrderStatus.Failed => facts.IsAtCap ? BuyerState.TooManyDeclines : BuyerState.Failed,
            _ => Running(facts, now),
        };
    }

    public static bool MayPay(this BuyerState state) =>
        state is BuyerState.Payable or BuyerState.Declined or BuyerState.CardUnusable or BuyerState.BankCheckUnfinished or BuyerState.CouldNotStart;

    /// <summary>The page changes by itself soon, so it looks again by itself.</summary>
    public static bool IsWaiting(this BuyerState state) =>
        state is BuyerState.Starting or BuyerState.Processing or BuyerState.ProcessingLong or BuyerState.Unknown or BuyerState.Closing;

    private static BuyerState Running(BuyerFacts facts, DateTimeOffset now)
    {
        if (facts.Newest?.UnderWaySince is { } since) return Waited(now - since);
        if (facts.WantedEnd is { } cause) return facts.Newest is { State: AttemptState.Open, HasSession: true } ? BuyerState.Closing : Ended(cause);
        return facts.Newest is { } attempt ? Tried(attempt, facts.LastDecline, now) : BuyerState.Payable;
    }

    private static BuyerState Waited(TimeSpan time)
    {
        if (time >= UnknownAfter) return BuyerState.Unknown;
        return time >= LongAfter ? BuyerState.ProcessingLong : BuyerState.Processing;
    }

    /// <summary>Without a session nothing needs the PSP's word, so the page says at once what the next unit will store.</summary>
    private static BuyerState Ended(MoveCause cause) => cause switch
    {
        MoveCause.Canceled => BuyerState.Canceled,
        MoveCause.TooManyDeclines => BuyerState.TooManyDeclines,
        _ => BuyerState.Expired,
    };

    private static BuyerState Tried(AttemptFacts attempt, string? lastDecline, DateTimeOffset now)
    {
        if (attempt.State == AttemptState.Rejected) return BuyerState.CouldNotStart;
        if (attempt is { State: AttemptState.Open, HasSession: false }) return now - attempt.StartedAt < StartPatience ? BuyerState.Starting : BuyerState.CouldNotStart;
        if (attempt.IsBankCheckOpen) return BuyerState.BankCheckUnfinished;
        if (lastDecline is null) return BuyerState.Payable;
        return PspErrorCatalogue.FindDecline(null, lastDecline).IsForGood ? BuyerState.CardUnusable : BuyerState.Declined;
    }
}
