using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;

namespace PaymentPortal.Pages.Payouts;

/// <summary>A payout's moves and what was said to the PSP about it, as one story.</summary>
public static class PayoutTimeline
{
    public static IReadOnlyList<TimelineItem> Of(ShownPayout shown) =>
        [.. shown.Details.Moves.Select(move => Move(move, shown)).Concat(shown.Talk.Select(Call)).OrderBy(item => item.At).ThenBy(item => item.Id, StringComparer.Ordinal)];

    private static TimelineItem Move(PayoutMove move, ShownPayout shown)
    {
        var (icon, tone) = move.To switch
        {
            PayoutStatus.Paid => ("check-circle", (BannerTone?)BannerTone.Success),
            PayoutStatus.Failed or PayoutStatus.Returned => ("x-circle", BannerTone.Danger),
            PayoutStatus.Refused or PayoutStatus.Canceled => ("block", null),
            PayoutStatus.Requested => ("circle", null),
            PayoutStatus.Approved => ("check", null),
            PayoutStatus.Sending or PayoutStatus.InTransit => ("send", null),
        };
        var title = PayoutWords.Of(move.Cause) + (move.Note is { Length: > 0 } note && move.Cause != PayoutCause.Created ? $": {note}" : "");
        return new TimelineItem($"mov_{move.Version:000}", move.At, icon, title) { Kind = "money", Actor = ActorWords.Of(move.Actor, shown.Staff), Tone = tone };
    }

    private static TimelineItem Call(PspTalkLine line)
    {
        var end = line.Exchange.Path.Split('?')[0];
        var what = (line.Exchange.Method, end) switch
        {
            ("POST", _) when end.EndsWith("/cancel", StringComparison.Ordinal) => "Asked the PSP to cancel it",
            ("POST", _) when end.EndsWith("/reversals", StringComparison.Ordinal) => "Asked the PSP to reverse the transfer",
            ("POST", _) when end.EndsWith("/transfers", StringComparison.Ordinal) => "Asked the PSP for the transfer",
            ("POST", _) when end.EndsWith("/payouts", StringComparison.Ordinal) => "Asked the PSP for the payout",
            ("GET", _) => "Asked the PSP for its status",
            _ => $"{line.Exchange.Method} {end}",
        };
        var isGood = line.Verdict is PspVerdict.Succeeded or PspVerdict.Pending;
        return new TimelineItem(line.Id.Value, line.Exchange.StartedAt, isGood ? "external" : "alert", isGood ? what : $"{what}: {line.Verdict.ToString().ToLowerInvariant()}{(line.ErrorCode is { } code ? $" ({code})" : "")}")
        {
            Kind = "psp",
            Tone = isGood ? null : BannerTone.Attention,
            Detail = builder =>
            {
                builder.OpenComponent<PspTalkDetail>(0);
                builder.AddComponentParameter(1, nameof(PspTalkDetail.Line), line);
                builder.CloseComponent();
            },
        };
    }
}
