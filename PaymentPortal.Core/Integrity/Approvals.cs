using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>An act that may need a second person. The amount is what it moves, where it moves money.</summary>
public sealed record ApprovalAsk(string Kind, string SubjectId, Actor Asker, Money? Amount, string Reason);

/// <summary>
/// Maker and checker: an act above a limit waits for a second person, who sees exactly what it will do, and is done in the unit of his decision.
/// The maker is never the checker, neither by another role nor through an API key of his. Whether the checker may decide is read in the unit: what his
/// session says of his roles may be old.
/// </summary>
public sealed class Approvals(WriteLane lane, AuditLog audit, ApprovalLimits limits, StaffNames staff, Func<IEnumerable<IApprovalKind>> kinds)
{
    private readonly Lazy<Dictionary<string, IApprovalKind>> _kinds = new(() => kinds().ToDictionary(kind => kind.Kind, StringComparer.Ordinal));

    public IEnumerable<IApprovalKind> Kinds => _kinds.Value.Values;

    public IApprovalKind KindOf(string kind) => _kinds.Value.TryGetValue(kind, out var found) ? found : throw new ArgumentException($"Nobody has described approvals of the kind '{kind}'.", nameof(kind));

    /// <summary>
    /// In the unit of the act. Null when its maker may do it alone, and it then counts for his day; otherwise the approval that it waits for. A key
    /// without an owner can't ask: nobody would be the maker.
    /// </summary>
    public Result<ApprovalId?> AskIfAbove(UnitOfWork unit, ApprovalAsk ask)
    {
        var amount = ask.Amount ?? throw new ArgumentException("Only what moves money has a limit.", nameof(ask));
        var who = PersonOf(unit, ask.Asker) ?? ask.Asker.Value;
        if (RuleOf(amount, ApprovalSum.Read(unit, who, ApprovalSum.Alone, amount.Currency)) is { } rule) return Ask(unit, ask, rule).Map(id => (ApprovalId?)id);
        var limit = limits.Of(amount.Currency);
        ApprovalSum.Add(unit, who, ApprovalSum.Alone, amount, limit.Single, limit.Daily);
        return (ApprovalId?)null;
    }

    /// <summary>The rule that each amount would meet, were they asked for one after the other now; null where the asker may do it alone. Only reads.</summary>
    internal IReadOnlyList<ApprovalRule?> Foresee(UnitOfWork unit, Actor asker, IReadOnlyList<Money> amounts)
    {
        var (who, moved, rules) = (PersonOf(unit, asker) ?? asker.Value, new Dictionary<Currency, long>(), new List<ApprovalRule?>());
        foreach (var amount in amounts)
        {
            if (!moved.TryGetValue(amount.Currency, out var before)) before = ApprovalSum.Read(unit, who, ApprovalSum.Alone, amount.Currency);
            var rule = RuleOf(amount, before);
            rules.Add(rule);
            moved[amount.Currency] = rule is null ? before + amount.Minor : before;
        }
        return rules;
    }

    private ApprovalRule? RuleOf(Money amount, long before)
    {
        var limit = limits.Of(amount.Currency);
        if (amount.Minor > limit.Single) return new ApprovalRule(ApprovalTrigger.SingleLimit, new Money(limit.Single, amount.Currency));
        return before + amount.Minor > limit.Daily ? new ApprovalRule(ApprovalTrigger.DayLimit, new Money(limit.Daily, amount.Currency), new Money(before, amount.Currency)) : null;
    }

    /// <summary>Asks a second person whatever the amount.</summary>
    public Result<ApprovalId> Ask(UnitOfWork unit, ApprovalAsk ask, ApprovalRule rule)
    {
        if (string.IsNullOrWhiteSpace(ask.Reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why: the second person reads it.", "reason");
        var person = PersonOf(unit, ask.Asker);
        if (person is null && ask.Asker.Value.StartsWith(Actor.ApiKeyPrefix, StringComparison.Ordinal))
            return new Refusal(RefusalCodes.NeedsOwner, 403, "This needs a second person, and a key without an owner has no first one. Nothing was done; an admin can make a key with an owner.");
        if (unit.Scalar("SELECT COUNT(*) FROM approvals WHERE kind = $1 AND subject_id = $2 AND state = 'Pending'", ask.Kind, ask.SubjectId) > 0)
            return new Refusal(RefusalCodes.StateConflict, 409, "This waits for a second person already.");
        var id = unit.NewId<ApprovalId>();
        var preview = KindOf(ask.Kind).Preview(unit, ask.SubjectId);
        unit.Execute(
            $"INSERT INTO approvals ({Approval.Columns}) VALUES ($1, $2, $3, 'Pending', $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, NULL)",
            id.Value, ask.Kind, ask.SubjectId, ask.Asker.Value, person, ask.Amount?.Minor, ask.Amount?.Currency.Code, ask.Reason.Trim(), PreviewText.Of(preview, rule), unit.Now, unit.Now + limits.Patience);
        var roles = person is null ? null : string.Join(", ", StaffDirectory.RolesOf(unit, person));
        audit.Write(unit, new AuditEntry(ask.Asker, "approval.ask", id.Value) { Reason = ask.Reason.Trim(), Before = string.IsNullOrEmpty(roles) ? null : "as " + roles, After = preview.Title });
        return id;
    }

    /// <summary>In the unit of the decision: why the maker asked for what is done now.</summary>
    public static string ReasonOf(UnitOfWork unit, string kind, string subjectId) =>
        unit.QueryFirst("SELECT reason FROM approvals WHERE kind = $1 AND subject_id = $2 AND state = 'Approved' ORDER BY approval_id DESC LIMIT 1", row => row.GetString(0), kind, subjectId)!;

    /// <summary>The subject came to an end by itself: its open approval ends with it.</summary>
    public void Close(UnitOfWork unit, string kind, string subjectId, Actor by)
    {
        if (unit.QueryFirst($"SELECT {Approval.Columns} FROM approvals WHERE kind = $1 AND subject_id = $2 AND state = 'Pending'", Approval.Read, kind, subjectId) is { } approval)
            End(unit, approval, ApprovalState.Withdrawn, by, null);
    }

    public Task<Result<ApprovalState>> ApproveAsync(ApprovalId id, Actor checker, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Approve(unit, id, checker), cancellationToken);

    public Task<Result<ApprovalState>> RefuseAsync(ApprovalId id, Actor checker, string comment, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<ApprovalState>>(
            unit =>
            {
                if (string.IsNullOrWhiteSpace(comment)) return new Refusal(RefusalCodes.Missing, 422, "Say why you refuse: the maker reads it.", "comment");
                var found = Open(unit, id);
                if (found.IsRefused) return found.Refusal!;
                if (IsMaker(unit, found.Value, checker)) return new Refusal(RefusalCodes.MakerIsChecker, 403, "You asked for this. Withdraw it instead of refusing it.");
                if (WhyNotDecide(unit, found.Value, checker) is { } why) return why;
                return Drop(unit, found.Value, ApprovalState.Refused, checker, comment.Trim());
            },
            cancellationToken);

    public Task<Result<ApprovalState>> WithdrawAsync(ApprovalId id, Actor maker, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<ApprovalState>>(
            unit =>
            {
                var found = Open(unit, id);
                if (found.IsRefused) return found.Refusal!;
                if (!IsMaker(unit, found.Value, maker)) return new Refusal(RefusalCodes.MakerIsChecker, 403, "Only the person who asked can withdraw it. Refuse it instead.");
                return Drop(unit, found.Value, ApprovalState.Withdrawn, maker, null);
            },
            cancellationToken);

    /// <summary>Ends what nobody decided in time; a job calls it. The answer is how many.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        while (await lane.RunAsync(ExpireOne, cancellationToken).ConfigureAwait(false)) ended++;
        return ended;
    }

    /// <summary>The member of staff behind an actor; null for the program and for a key without an owner.</summary>
    internal static string? PersonOf(UnitOfWork unit, Actor actor)
    {
        if (actor.Value.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal)) return actor.Value[Actor.StaffPrefix.Length..];
        if (!actor.Value.StartsWith(Actor.ApiKeyPrefix, StringComparison.Ordinal)) return null;
        return unit.QueryFirst("SELECT owner_id FROM api_keys WHERE key_id = $1", row => row.TextOrNull(0), actor.Value[Actor.ApiKeyPrefix.Length..]);
    }

    private bool ExpireOne(UnitOfWork unit)
    {
        if (unit.QueryFirst($"SELECT {Approval.Columns} FROM approvals WHERE state = 'Pending' AND expires_at <= $1 LIMIT 1", Approval.Read, unit.Now) is not { } late) return false;
        Drop(unit, late, ApprovalState.Expired, Actor.Program("approval-expiry"), null);
        return true;
    }

    private Result<ApprovalState> Approve(UnitOfWork unit, ApprovalId id, Actor checker)
    {
        var found = Open(unit, id);
        if (found.IsRefused) return found.Refusal!;
        var approval = found.Value;
        if (PersonOf(unit, checker) is not { } person) return new Refusal(RefusalCodes.MakerIsChecker, 403, "Only a member of staff can approve.");
        if (person == approval.MakerPerson) return new Refusal(RefusalCodes.MakerIsChecker, 403, "You asked for this, yourself or through an API key of yours. Another person must approve it.");
        if (WhyNotDecide(unit, approval, checker) is { } why) return why;
        if (approval.ExpiresAt <= unit.Now) return Drop(unit, approval, ApprovalState.Expired, Actor.Program("approval-expiry"), null);
        var kind = KindOf(approval.Kind);
        if (PreviewText.Of(kind.Preview(unit, approval.SubjectId), approval.Rule) != approval.Preview)
            return Drop(unit, approval, ApprovalState.Void, checker, "It was changed after it was asked for.");
        if (approval.Money is { } amount)
        {
            var sum = ApprovalSum.Read(unit, person, ApprovalSum.Checked, amount.Currency);
            var daily = limits.Of(amount.Currency).CheckerDaily;
            if (sum + amount.Minor > daily)
                return new Refusal(RefusalCodes.LimitReached, 409, $"You have approved {new Money(sum, amount.Currency)} {amount.Currency} today; this would pass your daily limit of {new Money(daily, amount.Currency)}. Nothing was done; another person can approve it.");
            ApprovalSum.Add(unit, person, ApprovalSum.Checked, amount, daily, daily);
        }
        End(unit, approval, ApprovalState.Approved, checker, null);
        return kind.Approve(unit, approval.SubjectId, checker) is { } refusal ? refusal : ApprovalState.Approved;
    }

    private ApprovalState Drop(UnitOfWork unit, Approval approval, ApprovalState state, Actor by, string? comment)
    {
        End(unit, approval, state, by, comment);
        KindOf(approval.Kind).Drop(unit, approval.SubjectId, state, by, comment);
        return state;
    }

    /// <summary>The audit keeps the role that a checker had, and what he decided about as he was shown it.</summary>
    private void End(UnitOfWork unit, Approval approval, ApprovalState state, Actor by, string? comment)
    {
        unit.Execute(
            "UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4, comment = $5 WHERE approval_id = $1 AND state = 'Pending'", approval.ApprovalId, state, by.Value, unit.Now, comment);
        var role = state is ApprovalState.Approved or ApprovalState.Refused or ApprovalState.Void ? " as " + KindOf(approval.Kind).Approvers.Role() : "";
        audit.Write(unit, new AuditEntry(by, "approval.end", approval.ApprovalId) { Reason = comment, Before = PreviewText.Brief(approval.Shown), After = state + role });
        CrashPoint.Hit("approval-in-unit");
    }

    private Refusal? WhyNotDecide(UnitOfWork unit, Approval approval, Actor checker)
    {
        var role = KindOf(approval.Kind).Approvers.Role();
        return PersonOf(unit, checker) is { } person && StaffDirectory.Holds(unit, person, role)
            ? null
            : new Refusal(RefusalCodes.Unauthorized, 403, $"This is decided by somebody with the role {role}, and you do not hold it now or are disabled. Nothing was done; an admin can change that.");
    }

    private static bool IsMaker(UnitOfWork unit, Approval approval, Actor actor) =>
        actor.Value == approval.Maker || (PersonOf(unit, actor) is { } person && person == approval.MakerPerson);

    private Result<Approval> Open(UnitOfWork unit, ApprovalId id)
    {
        if (unit.QueryFirst($"SELECT {Approval.Columns} FROM approvals WHERE approval_id = $1", Approval.Read, id.Value) is not { } approval)
            return new Refusal(RefusalCodes.NotFound, 404, $"There is no approval {id}.");
        if (approval.State == ApprovalState.Pending) return approval;
        return new Refusal(RefusalCodes.StateConflict, 409, $"Somebody was faster: this was {approval.State.ToString().ToLowerInvariant()} by {staff.NameOfActor(unit, approval.DecidedBy!)} at {approval.DecidedAt:u}. Nothing was done now.");
    }
}
