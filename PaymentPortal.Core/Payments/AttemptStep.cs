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
    WriteLane lane, IPaymentServiceProvider psp, PspHealth health, PspCallLog calls, PspTalk talk, SessionBuilder sessions, PaymentStatusCheck check, DeadLetters letters, TimeProvider time,
    ILogger<AttemptStep> log)
    : IRetryHandler
{
    /// <summary>How far the PSP's clock may be from ours when its list is searched by time.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);

    public string Kind => PaymentSteps.Attempt;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var id = new AttemptId(task.SubjectId);
        CrashPoint.Hit("session-before-prepare");
        var (attempt, plan) = await lane.RunAsync(unit => Begin(unit, id), cancellationToken).ConfigureAwait(false);
        if (plan is not null) return await CreateAsync(task, attempt, plan, cancellationToken).ConfigureAwait(false);
        if (attempt.PspToken is not null) return await PollAsync(task, id, cancellationToken).ConfigureAwait(false);
        return attempt.State == AttemptState.Abandoned
            ? await HuntAsync(task, attempt, cancellationToken).ConfigureAwait(false)
            : await FinishAsync(task).ConfigureAwait(false);
    }

    /// <summary>The attempt, and the plan of its POST when it still needs a session.</summary>
    private (AttemptRow Attempt, PspPlan? Plan) Begin(UnitOfWork unit, AttemptId id)
    {
        var attempt = AttemptRow.Find(unit, id) ?? throw new InvalidOperationException($"There is no attempt {id}.");
        if (attempt is not { State: AttemptState.Open, PspToken: null }) return (attempt, null);
        return (attempt, calls.Prepare(unit, id.Value, PaymentSteps.CreateSession, key => psp.CreateSession(sessions.Build(unit, attempt, key))));
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

    private async Task<TaskEnd> CreateAsync(ClaimedTask task, AttemptRow attempt, PspPlan plan, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("session-after-prepare");
        if (plan.Next != PspNext.Send) return await LookUpAsync(task, attempt, plan.Call, cancellationToken).ConfigureAwait(false);
        var answer = await psp.SendSessionAsync(plan.Call.Request, plan.Call.PspKey, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("session-after-send");
        var line = talk.Seal(answer);
        var end = await lane.RunAsync(unit => Record(unit, task, attempt, plan.Call, answer, line), CancellationToken.None).ConfigureAwait(false);
        CrashPoint.Hit("session-after-store");
        return end;
    }

    private TaskEnd Record(UnitOfWork unit, ClaimedTask task, AttemptRow attempt, PspCall call, PspAnswer<PspSession> answer, SealedTalk line)
    {
        var verdict = calls.Record(unit, call, answer);
        talk.Write(unit, attempt.Id.Value, attempt.Checkout, line);
        if (verdict is PspVerdict.Succeeded or PspVerdict.Pending)
        {
            Adopt(unit, attempt, answer.Value!);
            RetryQueue.PutOff(unit, task, unit.Now + PaymentSteps.PollAfter(0));
            return new TaskEnd.Settled();
        }
        RetryQueue.Guard(unit, task);
        // Whatever became of the call, nobody was sent to a page: no money can have moved.
        var trouble = PspTrouble.Of(psp.Name, RetryOperations.CreateSession, answer, MoneyEffect.None);
        if (verdict is not (PspVerdict.Rejected or PspVerdict.Declined) || trouble is not TaskEnd.Again { Failure: var failure }) return trouble;
        Log.SessionRejected(log, attempt.Id.Value, failure.Reason);
        // No session, so nothing can have been paid: Pay is offered again, and staff sees the dead step.
        AttemptRow.End(unit, attempt.Id, AttemptState.Rejected);
        letters.Bury(unit, task, failure);
        return new TaskEnd.Settled();
    }

    /// <summary>Stores the token; the pair of nonce and token is made once.</summary>
    internal static void Adopt(UnitOfWork unit, AttemptRow attempt, PspSession session)
    {
        unit.Execute("UPDATE attempts SET psp_token = $2, psp_url = $3 WHERE attempt_id = $1 AND psp_token IS NULL", attempt.Id.Value, session.Id, session.Url);
        unit.Execute("UPDATE payment_events SET psp_token = $3, updated_at = $4 WHERE checkout_id = $1 AND nonce = $2 AND psp_token IS NULL", attempt.Checkout.Value, attempt.Id.Value, session.Id, unit.Now);
    }

    private async Task<TaskEnd> HuntAsync(ClaimedTask task, AttemptRow attempt, CancellationToken cancellationToken)
    {
        var call = await lane.RunAsync(unit => calls.Find(unit, attempt.Id.Value, PaymentSteps.CreateSession), cancellationToken).ConfigureAwait(false);
        // Nothing was ever sent for it, so nothing can turn up.
        if (call is null) return await FinishAsync(task).ConfigureAwait(false);
        return await LookUpAsync(task, attempt, call, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TaskEnd> LookUpAsync(ClaimedTask task, AttemptRow attempt, PspCall call, CancellationToken cancellationToken)
    {
        var askedAt = time.GetUtcNow();
        var answer = await psp.ListSessionsAsync(call.FirstSentAt - ClockSlack, askedAt + ClockSlack, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } listed) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.None);
        var found = listed.FirstOrDefault(session => session.PspKey == call.PspKey);
        return await lane.RunAsync(unit => Looked(unit, task, attempt, call, found, askedAt), CancellationToken.None).ConfigureAwait(false);
    }

    private TaskEnd Looked(UnitOfWork unit, ClaimedTask task, AttemptRow attempt, PspCall call, PspSession? found, DateTimeOffset askedAt)
    {
        if (found is not null)
        {
            calls.RecordFound(unit, call);
            Adopt(unit, attempt, found);
            RetryQueue.PutOff(unit, task, unit.Now);
            return new TaskEnd.Settled();
        }
        var isBelieved = calls.RecordAbsence(unit, call, askedAt);
        if (isBelieved && !attempt.IsOpen) RetryQueue.Finish(unit, task);
        // Believed and still open: the next try sends under a new generation. Not yet believed: the second look must be a minute after the first.
        else if (isBelieved) RetryQueue.PutOff(unit, task, unit.Now);
        else RetryQueue.Wait(unit, task, unit.Now + KeyRule.AbsenceGap, "The PSP lists no page with our key; that is believed when it says so again a minute later.");
        return new TaskEnd.Settled();
    }

    private async Task<TaskEnd> FinishAsync(ClaimedTask task)
    {
        await lane.RunAsync(unit => { RetryQueue.Finish(unit, task); return 0; }, CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }
}
