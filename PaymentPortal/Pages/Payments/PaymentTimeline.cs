using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>
/// Everything that happened to a payment as one stream in the order of time, with what will happen next at its end. Neighbours that say the
/// same are folded into one line.
/// </summary>
public static class PaymentTimeline
{
    public const string Money = "money";
    public const string Attempts = "attempts";
    public const string Webhooks = "webhooks";
    public const string People = "people";

    public static readonly IReadOnlyList<(string? Key, string Label)> Kinds = [(null, "All"), (Money, "Money"), (Attempts, "Attempts"), (Webhooks, "Webhooks"), (People, "People")];

    public static IReadOnlyList<string> ReadKinds(string? text) => [.. (text ?? "").Split(',').Where(word => Kinds.Any(kind => kind.Key == word && word.Length > 0))];

    /// <summary>Oldest first; the future last.</summary>
    public static IReadOnlyList<TimelineItem> Of(PaymentDetails details, IReadOnlyList<string> kinds)
    {
        IEnumerable<TimelineItem> past =
        [
            .. details.History.Select(line => Move(line, details)), .. details.Attempts.SelectMany(AttemptLines), .. details.Charges.Select(charge => Charge(charge, details)), .. details.Talk.Select(Call), .. details.Notices.Select(Notice),
            .. details.Entries.Select(Entry), .. details.FinanceTasks.Select(Finance), .. details.Acts.Where(act => act.Action is not ("checkout.create" or "suspense.accept" or "payment.note")).Select(act => Act(act, details)),
            .. details.ReturnMoves.Select(line => Return(line, details)),
            .. details.Notes.Select(note => new TimelineItem(note.Id, note.At, "note", $"Note: {note.Text}") { Kind = People, Actor = ActorWords.Of(note.Author, details.StaffNames) }),
        ];
        var shown = past.Concat(details.Steps.Select(step => Step(step, details.ReadAt))).Where(item => kinds.Count == 0 || kinds.Contains(item.Kind)).OrderBy(item => item.At);
        return Fold([.. shown]);
    }

    /// <summary>Calls and events that repeat become one line which says how often.</summary>
    private static List<TimelineItem> Fold(List<TimelineItem> items)
    {
        var folded = new List<TimelineItem>(items.Count);
        foreach (var item in items)
        {
            if (folded.Count > 0 && folded[^1] is { } last && last.Title == item.Title && last.Actor == item.Actor && item.Id.StartsWith("pex_", StringComparison.Ordinal))
                folded[^1] = last with { Times = last.Times + 1, Detail = Both(last.Detail, item.Detail) };
            else folded.Add(item);
        }
        return folded;
    }

    private static RenderFragment? Both(RenderFragment? one, RenderFragment? other) => builder =>
    {
        builder.AddContent(0, one);
        builder.AddContent(1, other);
    };

    private static TimelineItem Move(PaymentHistoryLine line, PaymentDetails details)
    {
        var (icon, title, tone) = line.Cause switch
        {
            MoveCause.Created => ("circle", "Checkout created", (BannerTone?)null),
            MoveCause.PayPressed => ("card", "The customer pressed Pay", null),
            MoveCause.SessionPaid => ("check-circle", "Paid", BannerTone.Success),
            MoveCause.AsyncPaymentFailed => ("x-circle", "Failed: the bank's payment failed afterwards", BannerTone.Danger),
            MoveCause.TooManyDeclines => ("x-circle", "Failed: too many cards were declined", BannerTone.Danger),
            MoveCause.CheckoutEnded => ("clock", "Expired: its time was up", null),
            MoveCause.Canceled => ("block", "Cancelled", null),
            MoveCause.LateSuccessAccepted => ("check-circle", "The late payment was accepted", BannerTone.Success),
        };
        return new TimelineItem($"hst_{line.Version}", line.At, icon, title) { Kind = Money, Actor = ActorWords.Of(line.Actor, details.StaffNames), Tone = tone };
    }

    private static IEnumerable<TimelineItem> AttemptLines(Attempt attempt)
    {
        yield return new TimelineItem(attempt.AttemptId, attempt.StartedAt, "card", $"Attempt {attempt.Number} started") { Kind = Attempts, Reference = attempt.AttemptId };
        if (attempt.EndedAt is not { } ended) yield break;
        var (title, tone) = attempt.State switch
        {
            AttemptState.Paid => ("paid", BannerTone.Success),
            AttemptState.Rejected => ("refused by the PSP: no page was made", BannerTone.Danger),
            AttemptState.SessionExpired => ("over: its page closed unpaid", BannerTone.Attention),
            AttemptState.AsyncFailed => ("over: the payment failed afterwards", BannerTone.Danger),
            AttemptState.Abandoned => ("given up: it never had a page", BannerTone.Attention),
            AttemptState.Open => ("ended", BannerTone.Info),
        };
        yield return new TimelineItem(attempt.AttemptId + "_end", ended, "flag", $"Attempt {attempt.Number} {title}") { Kind = Attempts, Tone = tone };
    }

    private static TimelineItem Charge(AttemptCharge charge, PaymentDetails details)
    {
        var at = Moment(charge, details);
        var card = charge.CardLast4 is { } last4 ? $"{CardBrands.Name(charge.CardBrand)} ending {last4}" : CardBrands.Name(charge.CardBrand);
        var amount = MoneyText.Of(new Money(charge.Amount, Currency.Of(charge.Currency)));
        if (charge.IsPaid) return new TimelineItem(charge.ChargeId, at, "check", $"{card} paid {amount}") { Kind = Money, Actor = "PSP", Reference = charge.ChargeId, Tone = BannerTone.Success };
        var text = PspErrorCatalogue.FindDecline(charge.FailureCode, charge.DeclineCode);
        return new TimelineItem(charge.ChargeId, at, "x", $"{card} declined: {text.What}") { Kind = Money, Actor = "PSP", Reference = charge.ChargeId, Tone = BannerTone.Danger };
    }

    /// <summary>The PSP's clock counts whole seconds, so its word can seem older than the page on which the card was tried.</summary>
    private static DateTimeOffset Moment(AttemptCharge charge, PaymentDetails details)
    {
        var page = details.Talk.Where(line => line.Item == charge.AttemptId && line.Exchange.Method == "POST" && line.Exchange.StartedAt < charge.CreatedAt.AddSeconds(1))
            .Select(line => line.Exchange.StartedAt + line.Exchange.Latency).Append(charge.CreatedAt).Max();
        return page < charge.CreatedAt.AddSeconds(1) ? page : charge.CreatedAt;
    }

    private static TimelineItem Call(PspTalkLine line)
    {
        var end = line.Exchange.Path.Split('?')[0];
        var what = (line.Exchange.Method, end) switch
        {
            ("POST", _) when end.EndsWith("/expire", StringComparison.Ordinal) => "Asked the PSP to close the page",
            ("POST", _) when end.EndsWith("/sessions", StringComparison.Ordinal) => "Asked the PSP for a payment page",
            ("GET", _) when end.Contains("/sessions/", StringComparison.Ordinal) => "Asked the PSP for the status",
            ("GET", _) when end.EndsWith("/sessions", StringComparison.Ordinal) => "Looked for our session at the PSP",
            ("GET", _) when end.EndsWith("/charges", StringComparison.Ordinal) => "Asked the PSP for the tries",
            _ => $"{line.Exchange.Method} {end}",
        };
        var isGood = line.Verdict is PspVerdict.Succeeded or PspVerdict.Pending;
        var result = isGood ? line.Verdict == PspVerdict.Pending ? "not complete yet" : "answered" : Lower(PspErrorCatalogue.Find(line.Verdict, new PspError(line.Exchange.HttpStatus, null, line.ErrorCode, null, null, "")).What);
        return new TimelineItem(line.Id.Value, line.Exchange.StartedAt, "external", $"{what}: {result}") { Kind = Attempts, Actor = "us → PSP", Tone = isGood ? null : BannerTone.Attention, Detail = Talk(line) };
    }

    private static RenderFragment Talk(PspTalkLine line) => builder =>
    {
        builder.OpenComponent<PspTalkDetail>(0);
        builder.AddComponentParameter(1, nameof(PspTalkDetail.Line), line);
        builder.CloseComponent();
    };

    private static TimelineItem Notice(PaymentNotice notice) => new(notice.EventId, notice.ReceivedAt, "inbox", $"PSP event {notice.Type}{(notice.State == InboxState.Waiting ? ", waiting" : "")}")
    {
        Kind = Webhooks,
        Actor = notice.Deliveries > 1 ? $"PSP, delivered {notice.Deliveries} times" : "PSP",
        Reference = notice.EventId,
    };

    private static TimelineItem Entry(PaymentEntry entry)
    {
        var moved = entry.Lines.Where(line => line.Amount.Minor > 0).Select(line => MoneyText.Of(line.Amount)).FirstOrDefault() ?? "";
        return new TimelineItem(entry.Id.Value, entry.PostedAt, "book", $"Booked {EntryWords.Of(entry.Kind)}, {moved}") { Kind = Money, Reference = entry.Id.Value };
    }

    private static TimelineItem Finance(FinanceTask task) => new("fin_" + task.SessionId, task.CreatedAt, "alert", task.Kind switch
    {
        FinanceTaskKind.LateSuccess => "Money came after the orders had ended: it waits for finance",
        FinanceTaskKind.AmountDiffers => "The PSP took another amount than asked: it waits for finance",
        FinanceTaskKind.SettlementDiffers => "The PSP settled another amount than it charged: it waits for finance",
        FinanceTaskKind.RefundOwed => "A refund came back from the bank: the buyer is owed, and it waits for finance",
    })
    {
        Kind = Money,
        Tone = task.State == FinanceTaskState.Open ? BannerTone.Attention : null,
    };

    private static TimelineItem Return(ReturnHistoryLine line, PaymentDetails details)
    {
        var title = RefundWords.TryParse(line.ToStatus, out var refund) && line.ItemId.StartsWith(RefundId.Prefix, StringComparison.Ordinal) ? ReturnWords.Of(refund, line.Cause) : ReturnWords.Of(DisputeWords.Parse(line.ToStatus));
        return new TimelineItem(string.Create(CultureInfo.InvariantCulture, $"{line.ItemId}_{line.Version}"), line.At, line.ItemId.StartsWith(RefundId.Prefix, StringComparison.Ordinal) ? "undo" : "flag", title)
        {
            Kind = Money,
            Actor = ActorWords.Of(line.Actor, details.StaffNames),
            Reference = line.ItemId,
        };
    }

    private static TimelineItem Act(PaymentAct act, PaymentDetails details)
    {
        var title = act.Action switch
        {
            "payment.ask-psp" => "Asked the PSP for the status",
            "buyer.reveal" => "Saw the customer's name and e-mail",
            "checkout.cancel" => "Wanted the checkout cancelled",
            _ => act.Action,
        };
        return new TimelineItem(string.Create(CultureInfo.InvariantCulture, $"act_{act.Seq}"), act.At, "user", act.Reason is null ? title : $"{title}: {act.Reason}") { Kind = People, Actor = ActorWords.Of(act.Actor, details.StaffNames) };
    }

    private static TimelineItem Step(RetryTask step, DateTimeOffset readAt)
    {
        var what = step.Kind == PaymentSteps.CheckoutEnd ? "The checkout ends if it is not paid" : step.LastError is null ? "The PSP is asked again" : "The step is tried again";
        if (step.State == TaskState.Dead)
            return new TimelineItem(step.TaskId, readAt, "inbox", $"Stopped after {step.Tries} {(step.Tries == 1 ? "try" : "tries")}: {step.LastError}") { Kind = Attempts, Tone = BannerTone.Danger };
        var tries = step is { Tries: > 0, LastError: not null } ? $" ({step.Tries} failed: {step.LastError.TrimEnd('.')})" : "";
        // What is due already happens within a moment; it still belongs to what is to come.
        return new TimelineItem(step.TaskId, step.DueAt > readAt ? step.DueAt : readAt.AddSeconds(1), "clock", what + tries) { Kind = Attempts };
    }

    private static string Lower(string text) => text.Length > 1 && char.IsUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
