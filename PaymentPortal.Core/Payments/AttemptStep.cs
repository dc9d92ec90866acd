using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Carries an attempt forward: makes its session under the key that the key rule gives, stores the token, then polls until the session is over.
/// For an attempt that was abandoned without a token it looks for a session that turned up after all, and expires it.
/// </summary>
public sealed class AttemptStep(
    WriteLane lane, IPaymentServiceProvider psp, PspHealth health, PspPosts posts, SessionBuilder sessions, SessionSearch search, PaymentStatusCheck check, DeadLetters letters, ILogger<AttemptStep> log)
    : IRetryHandler
{
    public string Kind => PaymentSteps.Attempt;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var id = new AttemptId(task.SubjectId);
        CrashPoint.Hit("session-before-prepare");
        var (attempt, plan) = await lane.RunAsync(unit => Begin(unit, task, id), cancellationToken).ConfigureAwait(false);
        if (plan is not null) return await posts.CarryAsync(task, Post(attempt), plan, cancellationToken).ConfigureAwait(false);
        if (attempt.PspToken is not null) return await PollAsync(task, id, cancellationToken).ConfigureAwait(false);
        return attempt.State == AttemptState.Abandoned
            ? await posts.HuntAsync(task, Post(attempt), cancellationToken).ConfigureAwait(false)
            : await FinishAsync(task).ConfigureAwait(false);
    }

    /// <summary>The attempt, and the plan of its POST when it still needs a session.</summary>
    private (AttemptRow Attempt, PspPlan? Plan) Begin(UnitOfWork unit, ClaimedTask task, AttemptId id)
    {
        var attempt = AttemptRow.Find(unit, id) ?? throw new InvalidOperationException($"There is no attempt {id}.");
        return (attempt, attempt is { State: AttemptState.Open, PspToken: null } ? posts.Prepare(unit, task, Post(attempt)) : null);
    }

    /// <summary>Whatever becomes of this call, nobody was sent to a page: no money can have moved.</summary>
    private PspPost<PspSession> Post(AttemptRow attempt) => new(attempt.Id.Value, PaymentSteps.CreateSession, RetryOperations.CreateSession, MoneyEffect.None, attempt.Checkout)
    {
        IsWanted = unit => AttemptRow.Find(unit, attempt.Id) is { IsOpen: true },
        Build = (unit, key) => psp.CreateSession(sessions.Build(unit, attempt, key)),
        Send = psp.SendSessionAsync,
        List = search.FindAsync,
        KeyOf = session => session.PspKey,
        Made = (unit, task, session) =>
        {
            Adopt(unit, attempt, session);
            var isUsed = attempt.IsOpen && IsOverOurTotal(unit, attempt, session);
            // A page that nobody may pay on must be closed at once; the buyer of any other is only now on his way to it.
            RetryQueue.PutOff(unit, task, isUsed ? unit.Now + PaymentSteps.PollAfter(0) : unit.Now);
        },
        Refused = (unit, task, failure) =>
        {
            Log.SessionRejected(log, attempt.Id.Value, failure.Reason);
            // No session, so nothing can have been paid: Pay is offered again, and staff sees the dead step.
            AttemptRow.End(unit, attempt.Id, AttemptState.Rejected);
            letters.Bury(unit, task, failure);
        },
    };

    /// <summary>A page over another sum than ours is shown to nobody: the attempt ends, its page is expired, and the buyer may press Pay again.</summary>
    private bool IsOverOurTotal(UnitOfWork unit, AttemptRow attempt, PspSession session)
    {
        var total = PaymentRow.Find(unit, attempt.Checkout)!.Total;
        if (session.Total == total) return true;
        Log.OtherTotal(log, attempt.Id.Value, session.Id, $"{session.Total} {session.Total.Currency}", $"{total} {total.Currency}");
        AttemptRow.End(unit, attempt.Id, AttemptState.Abandoned);
        return false;
    }

    private async Task<TaskEnd> PollAsync(ClaimedTask task, AttemptId id, CancellationToken cancellationToken)
    {
        var result = await check.CheckAsync(id, (unit, end) => Later(unit, task, end), cancellationToken).ConfigureAwait(false);
        return result.Trouble ?? new TaskEnd.Settled();
    }

    private static void Later(UnitOfWork unit, ClaimedTask task, CheckEnd end)
    {
        if (end == CheckEnd.StillOpen) RetryQueue.PutOff(unit, task, unit.Now + PaymentSteps.PollAfter(task.Polls), isPoll: true);
        else RetryQueue.Finish(unit, task);
    }

    /// <summary>Stores the token; the pair of nonce and token is made once.</summary>
    internal static void Adopt(UnitOfWork unit, AttemptRow attempt, PspSession session)
    {
        unit.Execute("UPDATE attempts SET psp_token = $2, psp_url = $3 WHERE attempt_id = $1 AND psp_token IS NULL", attempt.Id.Value, session.Id, session.Url);
        unit.Execute("UPDATE payment_events SET psp_token = $3, updated_at = $4 WHERE checkout_id = $1 AND nonce = $2 AND psp_token IS NULL", attempt.Checkout.Value, attempt.Id.Value, session.Id, unit.Now);
    }

    private async Task<TaskEnd> FinishAsync(ClaimedTask task)
    {
        await lane.RunAsync(unit => { RetryQueue.Finish(unit, task); return 0; }, CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }
}
