using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>
/// What people do about a dispute: collect evidence, submit it once, accept the loss, decide who bears it. Each wish is stored with the step that
/// carries it out, and that step is tried at once.
/// </summary>
public sealed class DisputeDesk(WriteLane lane, EvidenceText evidence, DisputeBearing bearing, Approvals approvals, AuditLog audit, RetryWorker worker)
{
    /// <summary>Adds to the staged evidence, which the bank does not see yet; with <paramref name="isSubmitted"/> all of it goes to the bank, and that once.</summary>
    public async Task<Result<DisputeId>> AddEvidenceAsync(DisputeId id, IReadOnlyDictionary<string, string?> texts, bool isSubmitted, Actor actor, CancellationToken cancellationToken) =>
        await TryAsync(await lane.RunAsync(unit => AddEvidence(unit, id, texts, isSubmitted, actor), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Accepts the loss. It can't be taken back.</summary>
    public async Task<Result<DisputeId>> AcceptAsync(DisputeId id, Actor actor, CancellationToken cancellationToken) =>
        await TryAsync(await lane.RunAsync(unit => Accept(unit, id, actor), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Decides who bears it: before the end for the end, after a loss by one more entry, and that once. What the platform takes over is a write-off: above
    /// a limit it waits for a second person, and the answer is his approval.
    /// </summary>
    public Task<Result<ApprovalId?>> SetBearerAsync(DisputeId id, DisputeBearer bearer, string? reason, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => SetBearer(unit, id, bearer, reason, actor), cancellationToken);

    /// <summary>Why nothing can be said to the bank any more; null when it can. Page and act ask the same.</summary>
    public static string? WhyNotAnswer(DisputeStatus status, DateTimeOffset? submittedAt, DateTimeOffset? submitRequestedAt, DateTimeOffset? acceptRequestedAt)
    {
        if (status.IsOver()) return $"The dispute is {status.Word()}.";
        if (acceptRequestedAt is not null) return "The loss was accepted.";
        return status == DisputeStatus.UnderReview || submittedAt is not null || submitRequestedAt is not null ? "The evidence was submitted, and the bank takes it once." : null;
    }

    private Result<DisputeId> AddEvidence(UnitOfWork unit, DisputeId id, IReadOnlyDictionary<string, string?> texts, bool isSubmitted, Actor actor)
    {
        var open = Open(unit, id);
        if (open.IsRefused) return open.Refusal!;
        var known = evidence.Open(id, open.Value.Evidence);
        var merged = EvidenceText.Merge(known, texts);
        if (merged.IsRefused) return merged.Refusal!;
        // Who repeats a call that was not answered says nothing new.
        if (texts.Any(text => known.GetValueOrDefault(text.Key) != text.Value))
        {
            unit.Execute(
                "UPDATE disputes SET evidence = $2, evidence_version = evidence_version + 1, row_version = row_version + 1, updated_at = $3 WHERE dispute_id = $1", id.Value, evidence.Seal(id, merged.Value).Bytes, unit.Now);
            audit.Write(unit, new AuditEntry(actor, "dispute.evidence", id.Value) { After = string.Join(", ", texts.Keys.Order(StringComparer.Ordinal)) });
        }
        if (isSubmitted)
        {
            unit.Execute("UPDATE disputes SET submit_requested_at = $2 WHERE dispute_id = $1", id.Value, unit.Now);
            audit.Write(unit, new AuditEntry(actor, "dispute.submit", id.Value));
        }
        RetryQueue.Add(unit, DisputeSteps.Answer, id.Value, unit.Now);
        return id;
    }

    private Result<DisputeId> Accept(UnitOfWork unit, DisputeId id, Actor actor)
    {
        if (DisputeRow.Find(unit, id) is { AcceptRequestedAt: not null }) return id;
        var open = Open(unit, id);
        if (open.IsRefused) return open.Refusal!;
        unit.Execute("UPDATE disputes SET accept_requested_at = $2, row_version = row_version + 1, updated_at = $2 WHERE dispute_id = $1", id.Value, unit.Now);
        audit.Write(unit, new AuditEntry(actor, "dispute.accept", id.Value) { After = $"{open.Value.Amount} {open.Value.Amount.Currency}" });
        RetryQueue.Add(unit, DisputeSteps.Answer, id.Value, unit.Now);
        return id;
    }

    private Result<ApprovalId?> SetBearer(UnitOfWork unit, DisputeId id, DisputeBearer bearer, string? reason, Actor actor)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why: the books keep it.", "reason");
        if (DisputeRow.Find(unit, id) is not { } dispute) return NotFound(id);
        if (dispute.Bearer == bearer) return (ApprovalId?)null;
        if (DisputeBearing.WhyNot(unit, dispute) is { } why) return why;
        if (bearer == DisputeBearer.Platform)
        {
            var asked = approvals.AskIfAbove(unit, new ApprovalAsk(BearerApproval.Name, id.Value, actor, dispute.Amount, reason));
            if (asked.IsRefused || asked.Value is not null) return asked;
        }
        bearing.Set(unit, dispute, bearer, reason.Trim(), actor);
        return (ApprovalId?)null;
    }

    private static Result<DisputeRow> Open(UnitOfWork unit, DisputeId id)
    {
        if (DisputeRow.Find(unit, id) is not { } dispute) return NotFound(id);
        return WhyNotAnswer(dispute.Status, dispute.SubmittedAt, dispute.SubmitRequestedAt, dispute.AcceptRequestedAt) is { } why ? Conflict(why) : dispute;
    }

    /// <summary>The worker would take it up by itself; whoever asked may as well see the end.</summary>
    private async Task<Result<DisputeId>> TryAsync(Result<DisputeId> asked, CancellationToken cancellationToken)
    {
        if (asked.IsRefused) return asked;
        CrashPoint.Hit("dispute-wish-stored");
        var claimed = await lane.RunAsync(unit => worker.ClaimNow(unit, DisputeSteps.Answer, asked.Value.Value), cancellationToken).ConfigureAwait(false);
        if (claimed is not null) await worker.RunOneAsync(claimed, CancellationToken.None).ConfigureAwait(false);
        return asked;
    }

    private static Refusal NotFound(DisputeId id) => new(RefusalCodes.NotFound, 404, $"There is no dispute {id}.");

    private static Refusal Conflict(string why) => new(RefusalCodes.StateConflict, 409, why + " Nothing was changed.");
}
