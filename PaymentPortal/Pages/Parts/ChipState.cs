namespace PaymentPortal.Pages.Parts;

/// <summary>The states a person is shown, with one colour, icon and word each. Only dead-lettered and needs-attention are solid: they ask for an act.</summary>
public enum ChipState
{
    Created,
    RequiresAction,
    Processing,
    Succeeded,
    Retrying,
    Failed,
    DeadLettered,
    NeedsAttention,
    Canceled,
    Expired,
    Refunded,
    PartlyRefunded,
    Disputed,
}

/// <summary>Word, icon and colour of each state; the colours are the CSS variables --st-{Token}-fg and -bg.</summary>
internal static class Chips
{
    public static (string Label, string Token, string Icon) Of(ChipState state) => state switch
    {
        ChipState.Created => ("Created", "created", "circle"),
        ChipState.RequiresAction => ("Needs customer", "requires-action", "pending"),
        ChipState.Processing => ("Processing", "processing", "progress"),
        ChipState.Succeeded => ("Succeeded", "succeeded", "check-circle"),
        ChipState.Retrying => ("Retrying", "retrying", "retry"),
        ChipState.Failed => ("Failed", "failed", "x-circle"),
        ChipState.DeadLettered => ("Dead-lettered", "dead-lettered", "inbox"),
        ChipState.NeedsAttention => ("Needs attention", "needs-attention", "exclamation"),
        ChipState.Canceled => ("Canceled", "canceled", "block"),
        ChipState.Expired => ("Expired", "canceled", "clock"),
        ChipState.Refunded => ("Refunded", "refunded", "undo"),
        ChipState.PartlyRefunded => ("Partly refunded", "refunded", "undo"),
        ChipState.Disputed => ("Disputed", "disputed", "flag"),
    };

    /// <summary>"DeadLettered" as "dead-lettered", for data-state and addresses.</summary>
    public static string Word(ChipState state) =>
        string.Concat(state.ToString().Select((character, at) => char.IsUpper(character) && at > 0 ? "-" + char.ToLowerInvariant(character) : char.ToLowerInvariant(character).ToString()));
}
