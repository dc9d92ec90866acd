using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>What a person is shown of a payment: its status told apart by who must act next. Exactly one holds at any moment.</summary>
public enum PaymentState
{
    /// <summary>Nobody has pressed Pay.</summary>
    Created,

    /// <summary>The customer is at the PSP's page, or may press Pay again.</summary>
    RequiresAction,

    /// <summary>We or the PSP are at work on it.</summary>
    Processing,

    /// <summary>A step of ours failed and is tried again by itself.</summary>
    Retrying,

    /// <summary>A step's automatic tries are over.</summary>
    DeadLettered,

    /// <summary>Money waits for finance, or we do not know whether it was paid.</summary>
    NeedsAttention,

    Succeeded,
    Failed,
    Canceled,
    Expired,
}

/// <summary>The facts that the shown state depends on.</summary>
/// <param name="IsWithFinance">An open finance task holds money of it.</param>
/// <param name="Step">The current attempt's step, or that of the checkout's end when it is the one in trouble.</param>
/// <param name="HasFailedTry">That step's newest try failed.</param>
/// <param name="IsStarting">An attempt is open and its session is not made yet.</param>
/// <param name="IsConfirming">The customer has finished the PSP's page, and the PSP's last word about the money is awaited.</param>
/// <param name="OverSince">Since when the checkout should be over: its end, or the wish to cancel it.</param>
/// <param name="IsAtCap">So many cards were declined that the session is being ended.</param>
public sealed record PaymentStateFacts(
    PaymentOrderStatus Status, bool IsWithFinance, TaskState? Step, bool HasFailedTry, bool IsStarting, bool IsConfirming, DateTimeOffset? OverSince, bool IsAtCap);

/// <summary>The one place that says which of several facts a person sees first: money that waits, then what we do not know, then what is stuck.</summary>
public static class PaymentStates
{
    /// <summary>How long the PSP's last word about an ended session may be missing before a person should look.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static PaymentState Of(PaymentStateFacts facts, DateTimeOffset now)
    {
        if (facts.IsWithFinance) return PaymentState.NeedsAttention;
        return facts.Status switch
        {
            PaymentOrderStatus.NotStarted => PaymentState.Created,
            PaymentOrderStatus.Executing => Executing(facts, now),
            PaymentOrderStatus.Success => PaymentState.Succeeded,
            PaymentOrderStatus.Failed => PaymentState.Failed,
            PaymentOrderStatus.Expired => PaymentState.Expired,
            PaymentOrderStatus.Canceled => PaymentState.Canceled,
        };
    }

    /// <summary>"needs_attention": the word in addresses and on the API of the portal's own links.</summary>
    public static string Word(this PaymentState state) => state switch
    {
        PaymentState.Created => "created",
        PaymentState.RequiresAction => "requires_action",
        PaymentState.Processing => "processing",
        PaymentState.Retrying => "retrying",
        PaymentState.DeadLettered => "dead_lettered",
        PaymentState.NeedsAttention => "needs_attention",
        PaymentState.Succeeded => "succeeded",
        PaymentState.Failed => "failed",
        PaymentState.Canceled => "canceled",
        PaymentState.Expired => "expired",
    };

    /// <summary>The same for a person.</summary>
    public static string Label(this PaymentState state) => state switch
    {
        PaymentState.Created => "Created",
        PaymentState.RequiresAction => "Needs customer",
        PaymentState.Processing => "Processing",
        PaymentState.Retrying => "Retrying",
        PaymentState.DeadLettered => "Dead-lettered",
        PaymentState.NeedsAttention => "Needs attention",
        PaymentState.Succeeded => "Succeeded",
        PaymentState.Failed => "Failed",
        PaymentState.Canceled => "Canceled",
        PaymentState.Expired => "Expired",
    };

    public static bool TryParse(string word, out PaymentState state)
    {
        foreach (var candidate in Enum.GetValues<PaymentState>())
        {
            if (candidate.Word() != word) continue;
            state = candidate;
            return true;
        }
        state = default;
        return false;
    }

    private static PaymentState Executing(PaymentStateFacts facts, DateTimeOffset now)
    {
        if (facts.OverSince is { } since && since <= now - Patience) return PaymentState.NeedsAttention;
        if (facts.Step == TaskState.Dead) return PaymentState.DeadLettered;
        if (facts.HasFailedTry) return PaymentState.Retrying;
        var isOver = facts.OverSince is { } over && over <= now;
        return isOver || facts.IsAtCap || facts.IsStarting || facts.IsConfirming ? PaymentState.Processing : PaymentState.RequiresAction;
    }
}
