using Microsoft.AspNetCore.Components;

namespace PaymentPortal.Pages.Parts;

/// <summary>
/// One thing that happened, or will: an id that can be linked to (#evt_…), when, what kind (for filters), an icon, a sentence, who did it, and
/// what can be opened below it. Items of the future stand at the end and are dashed.
/// </summary>
public sealed record TimelineItem(string Id, DateTimeOffset At, string Icon, string Title)
{
    public string Kind { get; init; } = "all";

    public string? Actor { get; init; }

    public string? Reference { get; init; }

    public BannerTone? Tone { get; init; }

    public RenderFragment? Detail { get; init; }

    /// <summary>Things like it that are folded into this line ("7 times").</summary>
    public int Times { get; init; } = 1;
}
