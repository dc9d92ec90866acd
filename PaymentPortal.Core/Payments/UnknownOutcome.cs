using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>What is not known about a payment's attempt, since when, and what may be done meanwhile without harm.</summary>
public sealed record UnknownOutcome(string AttemptId, string What, DateTimeOffset Since, string Safe);

/// <summary>Says for each attempt what nobody knows yet. A step that only waits or works has no line here.</summary>
public static class UnknownOutcomes
{
    public static IReadOnlyList<UnknownOutcome> Of(PaymentDetails details) =>
        [.. details.Attempts.SelectMany(attempt => Calls(details, attempt).Concat(Look(details, attempt)))];

    private static IEnumerable<UnknownOutcome> Calls(PaymentDetails details, Attempt attempt) =>
        from call in details.UnknownCalls
        where call.Item == attempt.AttemptId
        // A page that exists was made, whatever its call's answer was.
        where call.Step != PaymentSteps.CreateSession || attempt.PspToken is null
        select call.Step == PaymentSteps.CreateSession ? Create(details, attempt, call) : Expire(details, attempt, call);

    private static UnknownOutcome Create(PaymentDetails details, Attempt attempt, UnknownCall call)
    {
        var settles = call.Settles(details.ReadAt);
        return attempt.State == AttemptState.Open
            ? new(attempt.AttemptId, "Whether the PSP has made the payment page.", Since(details, attempt, call.FirstSentAt),
                $"Wait: {settles} Pay may be pressed again, it asks the same. Nobody was sent to a page: nothing is charged, and nothing is made twice.")
            : new(attempt.AttemptId, "Whether the PSP had made a payment page for this attempt, which is over.", Since(details, attempt, call.FirstSentAt),
                "Wait: the PSP's list is searched by itself, and a page that turns up is closed. Nobody was sent to it, so nothing can be charged.");
    }

    private static UnknownOutcome Expire(PaymentDetails details, Attempt attempt, UnknownCall call) => new(
        attempt.AttemptId, "Whether the PSP has closed the payment page.", Since(details, attempt, call.FirstSentAt),
        $"Wait: {call.Settles(details.ReadAt)} Asking for the status is safe, it only reads. Send the customer no new link before it is known: the page may still be paid.");

    /// <summary>The page exists and the PSP does not say how it stands.</summary>
    private static IEnumerable<UnknownOutcome> Look(PaymentDetails details, Attempt attempt)
    {
        if (attempt is not { State: AttemptState.Open, PspToken: not null } || Step(details, attempt) is not { State: TaskState.Due, LastError: not null } step) yield break;
        yield return new(attempt.AttemptId, "Whether the customer has paid.", step.FailingSince ?? attempt.SeenAt ?? attempt.StartedAt,
            "Wait: the PSP is asked again by itself. Asking is safe, it only reads. Pay leads to the same page: nothing is charged twice.");
    }

    private static DateTimeOffset Since(PaymentDetails details, Attempt attempt, DateTimeOffset sentAt) => Step(details, attempt)?.FailingSince ?? sentAt;

    private static RetryTask? Step(PaymentDetails details, Attempt attempt) => details.Steps.FirstOrDefault(step => step.SubjectId == attempt.AttemptId);
}
