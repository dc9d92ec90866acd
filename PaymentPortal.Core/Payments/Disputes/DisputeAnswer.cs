using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>
/// Sends what people decided about a dispute, each under a key of its own: the acceptance first, then the submission, else the newest staged evidence.
/// A submission carries all of the evidence, so it waits for no staging.
/// </summary>
public sealed class DisputeAnswer(WriteLane lane, IPspReturns psp, PspHealth health, PspPosts posts, DisputeOutcome outcome, EvidenceText evidence) : IRetryHandler
{
    public string Kind => DisputeSteps.Answer;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var id = new DisputeId(task.SubjectId);
        var next = await lane.RunAsync(unit => Next(unit, task, id), cancellationToken).ConfigureAwait(false);
        return next is null ? new TaskEnd.Settled() : await posts.RunAsync(task, next, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when nothing is left to say; that ends in this very unit.</summary>
    private PspPost<PspDispute>? Next(UnitOfWork unit, ClaimedTask task, DisputeId id)
    {
        var dispute = DisputeRow.Find(unit, id) ?? throw new InvalidOperationException($"There is no dispute {id}.");
        if (WantsAccept(dispute)) return Accept(dispute);
        if (WantsSubmit(dispute)) return Submit(dispute);
        if (WantsStage(dispute)) return Stage(dispute);
        RetryQueue.Finish(unit, task);
        return null;
    }

    private static bool WantsAccept(DisputeRow dispute) => dispute is { AcceptRequestedAt: not null, AwaitsResponse: true };

    private static bool WantsSubmit(DisputeRow dispute) => dispute is { SubmitRequestedAt: not null, AcceptRequestedAt: null, AwaitsResponse: true };

    private static bool WantsStage(DisputeRow dispute) => dispute is { AwaitsResponse: true, SubmitRequestedAt: null, AcceptRequestedAt: null } && dispute.StagedVersion < dispute.EvidenceVersion;

    private PspPost<PspDispute> Accept(DisputeRow dispute) => Post(dispute, Step(DisputeSteps.Accept, dispute.HistoryVersion)) with
    {
        IsWanted = unit => WantsAccept(DisputeRow.Find(unit, dispute.Id)!),
        Build = (_, _) => psp.CloseDispute(dispute.PspId),
        // A closed dispute bears no key: that it is lost is the proof.
        List = (call, token) => ListAsync(dispute, theirs => theirs.Status is PspDisputeStatus.Lost or PspDisputeStatus.InquiryClosed ? theirs with { PspKey = call.PspKey } : theirs with { PspKey = null }, token),
    };

    private PspPost<PspDispute> Submit(DisputeRow dispute) => Post(dispute, Step(DisputeSteps.Submit, dispute.HistoryVersion)) with
    {
        IsWanted = unit => WantsSubmit(DisputeRow.Find(unit, dispute.Id)!),
        Build = (unit, key) => Update(unit, dispute.Id, isSubmitted: true, key),
    };

    private PspPost<PspDispute> Stage(DisputeRow dispute) => Post(dispute, Step(DisputeSteps.Stage, dispute.EvidenceVersion)) with
    {
        IsWanted = unit => DisputeRow.Find(unit, dispute.Id) is { } now && WantsStage(now) && now.EvidenceVersion == dispute.EvidenceVersion,
        Build = (unit, key) => Update(unit, dispute.Id, isSubmitted: false, key),
        Made = (unit, task, theirs) =>
        {
            unit.Execute("UPDATE disputes SET staged_version = $2 WHERE dispute_id = $1 AND staged_version < $2", dispute.Id.Value, dispute.EvidenceVersion);
            Made(unit, task, dispute.Id, theirs);
        },
    };

    /// <summary>An inquiry that became a dispute is answered anew, so the key names the round.</summary>
    private static string Step(string name, long round) => string.Create(CultureInfo.InvariantCulture, $"{name}-{round}");

    private PspPost<PspDispute> Post(DisputeRow dispute, string step) => new(dispute.Id.Value, step, RetryOperations.AnswerDispute, MoneyEffect.Taken, dispute.Checkout)
    {
        IsWanted = _ => false,
        Build = (_, _) => throw new InvalidOperationException("Each step builds its own."),
        Send = psp.SendDisputeAsync,
        List = (_, token) => ListAsync(dispute, theirs => theirs, token),
        KeyOf = theirs => theirs.PspKey,
        Made = (unit, task, theirs) => Made(unit, task, dispute.Id, theirs),
    };

    private PspRequest Update(UnitOfWork unit, DisputeId id, bool isSubmitted, string key)
    {
        var dispute = DisputeRow.Find(unit, id)!;
        return psp.UpdateDispute(dispute.PspId, evidence.Open(id, dispute.Evidence), isSubmitted, key);
    }

    private async Task<PspAnswer<IReadOnlyList<PspDispute>>> ListAsync(DisputeRow dispute, Func<PspDispute, PspDispute> mark, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchDisputeAsync(dispute.PspId, cancellationToken).ConfigureAwait(false);
        return new PspAnswer<IReadOnlyList<PspDispute>>(answer.Verdict, answer.Value is { } theirs ? [mark(theirs)] : null, answer.Error, answer.Exchange) { RetryAfter = answer.RetryAfter, IsHeld = answer.IsHeld };
    }

    private void Made(UnitOfWork unit, ClaimedTask task, DisputeId id, PspDispute theirs)
    {
        var end = outcome.Apply(unit, DisputeRow.Find(unit, id)!, theirs);
        var now = DisputeRow.Find(unit, id)!;
        if (end == DisputeEnd.Over) DisputeCheck.EndSteps(unit, id.Value, except: DisputeSteps.Answer);
        if (WantsAccept(now) || WantsSubmit(now) || WantsStage(now)) RetryQueue.PutOff(unit, task, unit.Now);
        else RetryQueue.Finish(unit, task);
    }
}
