namespace PaymentPortal.Core.Retries;

/// <summary>What is tried, for the choice of a policy and as part of a dead letter's cause. A name never changes its meaning.</summary>
public static class RetryOperations
{
    public const string CreateSession = "session.create";
    public const string ExpireSession = "session.expire";
    public const string LookUp = "session.look-up";
    public const string EndCheckout = "checkout.end";
    public const string SellerAccount = "seller.account";
    public const string Transfer = "transfer.create";
    public const string ReverseTransfer = "transfer.reverse";
    public const string Payout = "payout.create";
    public const string CancelPayout = "payout.cancel";
    public const string ApplyEvent = "event.apply";
    public const string CreateRefund = "refund.create";
    public const string AnswerDispute = "dispute.answer";
    public const string MerchantWebhook = "webhook.deliver";
    public const string ApplyFact = "fact.apply";
    public const string Report = "report.run";

    /// <summary>The buyer's own tries with cards: the one operation whose cap ends a checkout, and whose delay keeps Pay closed.</summary>
    public const string BuyerTry = "buyer.try";

    public static IReadOnlyList<RetryOperation> All { get; } =
    [
        new(CreateSession, "Make a payment page", ErrorClasses.Ours),
        new(ExpireSession, "Close a payment page", ErrorClasses.Ours),
        new(LookUp, "Ask the PSP for a status", ErrorClasses.Ours),
        new(EndCheckout, "End a checkout", ErrorClasses.Ours),
        new(SellerAccount, "Set up a seller's account at the PSP", ErrorClasses.Ours),
        new(Transfer, "Move money to a seller's account", ErrorClasses.Ours),
        new(ReverseTransfer, "Take money back from a seller's account", ErrorClasses.Ours),
        new(Payout, "Pay out to a bank", ErrorClasses.Ours),
        new(CancelPayout, "Cancel a payout at the PSP", ErrorClasses.Ours),
        new(ApplyEvent, "Apply an event of the PSP", ErrorClasses.Ours),
        new(CreateRefund, "Make a refund", ErrorClasses.Ours),
        new(AnswerDispute, "Answer or accept a dispute", ErrorClasses.Ours),
        new(MerchantWebhook, "Tell the shop", ErrorClasses.Ours),
        new(ApplyFact, "Apply a fact of ours", [ErrorClass.Internal]),
        new(Report, "Get a settlement report", ErrorClasses.Ours),
        new(BuyerTry, "The buyer's tries", [ErrorClass.Declined]),
    ];

    public static RetryOperation? Find(string name) => All.FirstOrDefault(one => one.Name == name);
}

/// <summary>One operation, and the classes of error that it can meet.</summary>
public sealed record RetryOperation(string Name, string Label, IReadOnlyList<ErrorClass> Classes);

/// <summary>The classes in words.</summary>
public static class ErrorClasses
{
    /// <summary>Those that work of ours can meet: a card is the buyer's.</summary>
    public static IReadOnlyList<ErrorClass> Ours { get; } = [.. Enum.GetValues<ErrorClass>().Where(one => one != ErrorClass.Declined)];

    public static string Label(this ErrorClass one) => one switch
    {
        ErrorClass.NotReady => "Not ready yet",
        ErrorClass.Unreachable => "Not reachable",
        ErrorClass.Busy => "Busy with the same",
        ErrorClass.RateLimited => "Too many calls",
        ErrorClass.Unanswered => "Outcome unknown",
        ErrorClass.Rejected => "Refused",
        ErrorClass.Declined => "Card declined",
        ErrorClass.Internal => "Fault of the program",
    };
}
