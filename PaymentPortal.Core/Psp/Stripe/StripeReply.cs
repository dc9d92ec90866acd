namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>How far a call came.</summary>
internal enum StripeReach
{
    /// <summary>A whole answer came back.</summary>
    Answered,

    /// <summary>The request can't have reached the PSP as a whole.</summary>
    NotSent,

    /// <summary>It may have been executed, and no whole answer came back.</summary>
    Lost,
}

/// <summary>A call as the network saw it, before anything is made of its body.</summary>
internal sealed record StripeReply(StripeReach Reach, int? Status, ReadOnlyMemory<byte> Body, string? RequestId, bool IsReplay, TimeSpan? RetryAfter, string? Fault)
{
    /// <summary>Set when our own guard did not let it out.</summary>
    public bool IsHeld { get; init; }

    public static StripeReply Held(string fault, TimeSpan wait) => new(StripeReach.NotSent, null, default, null, false, wait, fault) { IsHeld = true };

    public static StripeReply NotSent(string fault) => new(StripeReach.NotSent, null, default, null, false, null, fault);

    public static StripeReply Lost(string fault) => new(StripeReach.Lost, null, default, null, false, null, fault);
}
