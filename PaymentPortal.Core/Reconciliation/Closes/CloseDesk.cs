using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>
/// The first signature under a day. It freezes the proof that its maker has seen and asks a second person; nothing is locked before he signs too. A
/// proof is made beside the lane, and within the unit its mark says whether the figures are still those.
/// </summary>
public sealed class CloseDesk(WriteLane lane, DayProver prover, Approvals approvals, AuditLog audit, KeyRing keys)
{
    /// <summary>The kind of its approvals; their subject is the day.</summary>
    public const string Kind = "day-close";

    private const int MostRemark = 400;

    /// <param name="digest">The digest of the proof that the signer was shown.</param>
    /// <param name="remark">Why it may be closed although differences are not settled; may be empty when all are.</param>
    public async Task<Result<ApprovalId>> SignAsync(DateOnly day, string digest, Actor actor, string remark, CancellationToken cancellationToken)
    {
        if (!actor.Value.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal)) return new Refusal(RefusalCodes.MakerIsChecker, 403, "A day is signed by people of the staff only, not by a key. Nothing was signed.");
        if (remark.Length > MostRemark) return new Refusal(RefusalCodes.Invalid, 422, $"Say it in {MostRemark} characters at most. Nothing was signed.", "remark");
        var proof = await prover.ProveAsync(day, cancellationToken).ConfigureAwait(false);
        if (proof.Blocks.Count > 0) return new Refusal(RefusalCodes.StateConflict, 409, string.Join(' ', proof.Blocks) + " Nothing was signed.");
        if (proof.Digest != digest) return Changed();
        if (proof.Unsettled > 0 && string.IsNullOrWhiteSpace(remark))
            return new Refusal(RefusalCodes.Missing, 422, $"{proof.Unsettled} differences are not settled. Say why the day may be closed all the same: it stays with the day for ever.", "remark");
        return await lane.RunAsync(unit => Sign(unit, proof, actor, remark.Trim()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the figures that were signed are still the day's.</summary>
    internal static bool IsCurrent(UnitOfWork unit, DayClose signed) => MarkOf(unit, DayOf(signed)) == signed.Mark;

    internal static DateOnly DayOf(DayClose close) => DateOnly.ParseExact(close.Day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The first signature is void: its frozen proof goes, and the approval keeps what was shown.</summary>
    internal static void Forget(UnitOfWork unit, string day)
    {
        unit.Execute("DELETE FROM day_close_items WHERE day = $1", day);
        unit.Execute("DELETE FROM day_close_figures WHERE day = $1", day);
        unit.Execute("DELETE FROM day_closes WHERE day = $1 AND state = 'Signed'", day);
    }

    private static Refusal Changed() => new(RefusalCodes.StateConflict, 409, "The figures of the day have changed since you saw them. Look again, then sign. Nothing was signed.");

    private static string MarkOf(UnitOfWork unit, DateOnly day) => unit.QueryFirst(ProofSql.Mark, row => row.GetString(0), DayProof.StartOf(day), DayProof.StartOf(day.AddDays(1)))!;

    private Result<ApprovalId> Sign(UnitOfWork unit, DayProof proof, Actor actor, string remark)
    {
        var day = DayProof.TextOf(proof.Day);
        if (LockedDays.Until(unit) != proof.LockedUntil || MarkOf(unit, proof.Day) != proof.Mark) return Changed();
        if (DayClose.Find(unit, day) is { } before)
        {
            if (before.State == DayCloseState.Closed || IsCurrent(unit, before)) return new Refusal(RefusalCodes.StateConflict, 409, $"{day} is signed once already and waits for a second person. Nothing was signed.");
            approvals.Close(unit, Kind, day, actor);
            Forget(unit, day);
        }
        // The rows stand before the approval is asked for: its preview is made of them.
        Insert(unit, proof, actor, remark);
        var asked = approvals.Ask(unit, new ApprovalAsk(Kind, day, actor, null, remark.Length > 0 ? remark : "Every difference of the day is named and settled."), ApprovalRule.Always);
        if (asked.IsRefused) return asked;
        Seal(unit, keys, day, asked.Value.Value, null);
        audit.Write(unit, new AuditEntry(actor, "day.sign", day) { Reason = remark.Length > 0 ? remark : null, After = proof.Digest });
        return asked;
    }

    /// <summary>Writes what changes of a close, and the MAC over all of it.</summary>
    internal static void Seal(UnitOfWork unit, KeyRing keys, string day, string? approvalId, string? manifest)
    {
        if (approvalId is not null) unit.Execute("UPDATE day_closes SET approval_id = $2 WHERE day = $1", day, approvalId);
        if (manifest is not null) unit.Execute("UPDATE day_closes SET manifest_sha256 = $2 WHERE day = $1", day, manifest);
        var key = keys.Active;
        unit.Execute("UPDATE day_closes SET mac = $2, key_id = $3 WHERE day = $1", day, DayClose.Find(unit, day)!.MacUnder(key), key.Id);
    }

    private static void Insert(UnitOfWork unit, DayProof proof, Actor actor, string remark)
    {
        var day = DayProof.TextOf(proof.Day);
        unit.Execute(
            $"INSERT INTO day_closes ({DayClose.Columns}) VALUES ($1, 'Signed', $2, $3, $4, $5, '', $6, $7, NULL, NULL, NULL, $8, '')",
            day, proof.Digest, DayProof.NamesOf(proof.Items), proof.Mark, remark, actor.Value, unit.Now, Array.Empty<byte>());
        foreach (var figure in proof.Figures)
        {
            unit.Execute(
                "INSERT INTO day_close_figures (day, currency, category, orders, ledger, wallets, psp) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                day, figure.Currency, figure.Category, figure.Orders, figure.Ledger, figure.Wallets, figure.Psp);
        }
        for (var at = 0; at < proof.Items.Count; at++)
        {
            var item = proof.Items[at];
            unit.Execute(
                "INSERT INTO day_close_items (day, number, category, item, currency, orders, ledger, wallets, psp, reason, about, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                day, at + 1, item.Category, item.Item, item.Currency, item.Orders, item.Ledger, item.Wallets, item.Psp, item.Reason, item.About, item.Note);
        }
    }
}
