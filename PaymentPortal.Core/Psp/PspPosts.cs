using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// Carries a POST to an end that is proved, over any number of tries: stored before it is sent, repeated or looked for as the key rule says, and its
/// effect booked in the unit that stores the answer.
/// </summary>
public sealed class PspPosts(WriteLane lane, IPaymentServiceProvider psp, PspCallLog calls, PspTalk talk, DeadLetters letters, TimeProvider time)
{
    /// <summary>How far the PSP's clock may be from ours when its lists are searched by time.</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);

    public async Task<TaskEnd> RunAsync<T>(ClaimedTask task, PspPost<T> post, CancellationToken cancellationToken)
        where T : class
    {
        CrashPoint.Hit(post.Step, "before-prepare");
        var plan = await lane.RunAsync(
            unit =>
            {
                if (post.IsWanted(unit)) return Prepare(unit, task, post);
                // The item moved since the caller looked: what it wants now is the caller's to see, and a wish must not go with the step of another.
                RetryQueue.PutOff(unit, task, unit.Now);
                return null;
            },
            cancellationToken).ConfigureAwait(false);
        return plan is null ? new TaskEnd.Settled() : await CarryAsync(task, post, plan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next move, stored in a unit of the caller's, for <see cref="CarryAsync"/> once that has committed. A lost lease refuses it.</summary>
    public PspPlan Prepare<T>(UnitOfWork unit, ClaimedTask task, PspPost<T> post)
        where T : class
    {
        RetryQueue.Guard(unit, task);
        var at = time.GetTimestamp();
        return calls.Prepare(unit, post.Item, post.Step, key => post.Build(unit, key), RestoreNote.Find(unit) is { } restored && Ids.IsOlder(post.Item, restored.At) ? restored : null) with { PreparedAt = at };
    }

    public async Task<TaskEnd> CarryAsync<T>(ClaimedTask task, PspPost<T> post, PspPlan plan, CancellationToken cancellationToken)
        where T : class
    {
        CrashPoint.Hit(post.Step, "after-prepare");
        if (plan.Next != PspNext.Send) return await LookUpAsync(task, post, plan.Call, isHunt: false, cancellationToken).ConfigureAwait(false);
        // Whoever slept here may wake when the key is too old to be sent again; the step is still due, and its next holder decides anew.
        if (time.GetElapsedTime(plan.PreparedAt) >= RetryQueue.Lease) return new TaskEnd.Settled();
        var answer = await post.Send(plan.Call.Request, plan.Call.PspKey, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit(post.Step, "after-send");
        var line = talk.Seal(answer);
        var end = await lane.RunAsync(unit => Record(unit, task, post, plan.Call, answer, line), CancellationToken.None).ConfigureAwait(false);
        CrashPoint.Hit(post.Step, "after-store");
        return end;
    }

    /// <summary>Looks for the object of a call that will not be sent any more: for items that were given up while its end was unknown.</summary>
    public async Task<TaskEnd> HuntAsync<T>(ClaimedTask task, PspPost<T> post, CancellationToken cancellationToken)
        where T : class
    {
        var call = await lane.RunAsync(
            unit =>
            {
                var newest = calls.Find(unit, post.Item, post.Step);
                // Nothing was ever sent for it, so nothing can turn up.
                if (newest is null) RetryQueue.Finish(unit, task);
                return newest;
            },
            cancellationToken).ConfigureAwait(false);
        return call is null ? new TaskEnd.Settled() : await LookUpAsync(task, post, call, isHunt: true, cancellationToken).ConfigureAwait(false);
    }

    private TaskEnd Record<T>(UnitOfWork unit, ClaimedTask task, PspPost<T> post, PspCall call, PspAnswer<T> answer, SealedTalk line)
        where T : class
    {
        var verdict = calls.Record(unit, call, answer);
        talk.Write(unit, post.Item, post.Checkout, line);
        if (verdict is PspVerdict.Succeeded or PspVerdict.Pending)
        {
            post.Made(unit, task, answer.Value!);
            return new TaskEnd.Settled();
        }
        RetryQueue.Guard(unit, task);
        var isDefinite = verdict is PspVerdict.Rejected or PspVerdict.Declined;
        var trouble = PspTrouble.Of(psp.Name, post.Operation, answer, isDefinite ? MoneyEffect.None : post.WhileUnknown);
        if (!isDefinite || trouble is not TaskEnd.Again { Failure: var failure }) return trouble;
        if (post.Refused is { } refused) refused(unit, task, failure);
        else letters.Bury(unit, task, failure);
        return new TaskEnd.Settled();
    }

    private async Task<TaskEnd> LookUpAsync<T>(ClaimedTask task, PspPost<T> post, PspCall call, bool isHunt, CancellationToken cancellationToken)
        where T : class
    {
        var askedAt = time.GetUtcNow();
        CrashPoint.Hit("look-before-list");
        var answer = await post.List(call, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("look-after-list");
        if (answer.Value is not { } listed) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, post.WhileUnknown);
        var found = listed.FirstOrDefault(made => call.IsMadeUnder(post.KeyOf(made)));
        await lane.RunAsync(
            unit =>
            {
                Looked(unit, task, post, call, found, askedAt, isHunt);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        CrashPoint.Hit("look-after-store");
        return new TaskEnd.Settled();
    }

    private void Looked<T>(UnitOfWork unit, ClaimedTask task, PspPost<T> post, PspCall call, T? found, DateTimeOffset askedAt, bool isHunt)
        where T : class
    {
        if (found is not null)
        {
            calls.RecordFound(unit, call);
            post.Made(unit, task, found);
            return;
        }
        var isBelieved = calls.RecordAbsence(unit, call, askedAt);
        if (!isBelieved) RetryQueue.Wait(unit, task, unit.Now + KeyRule.AbsenceGap, "The PSP lists no object with our key; that is believed when it says so again a minute later.");
        else if (isHunt) RetryQueue.Finish(unit, task);
        // Proved absent: the next try sends under a new generation, if the item wants it yet.
        else RetryQueue.PutOff(unit, task, unit.Now);
    }
}
