using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A redrive as it is asked for. <see cref="Expected"/> is what the preview promised: what is started is what was looked at.</summary>
public sealed record RedriveRequest(DeadLetterFilter Filter, string Scope, string Reason, int PerSecond, int StopAfter, int Expected);

/// <summary>Starts, pauses, resumes and stops redrives. Each act is in the audit log; two people who start the same at once make one.</summary>
public sealed class RedriveDesk(WriteLane lane, RedriveRules rules, AuditLog audit, Approvals approvals, ApprovalLimits limits)
{
    /// <summary>The kind of their approvals. Subject: the redrive.</summary>
    public const string ApprovalKind = "redrive";

    /// <summary>More letters, or more money at risk than the limit, need a second person.</summary>
    public const int AloneUpTo = 500;

    /// <summary>Kind of the step that drives a redrive. Subject: the redrive.</summary>
    public const string Step = "redrive";

    /// <summary>So many letters are one unit of work; more are more redrives.</summary>
    public const int MaxItems = 5000;

    public const int MostPerSecond = 50;

    public Task<Result<RedriveId>> StartAsync(RedriveRequest request, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(unit => Start(unit, request, actor), cancellationToken);

    public Task<Result<RedriveState>> PauseAsync(RedriveId id, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Change(unit, id, RedriveState.Running, RedriveState.Paused, actor, () => RetryQueue.Remove(unit, Step, id.Value)), cancellationToken);

    public Task<Result<RedriveState>> ResumeAsync(RedriveId id, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Change(unit, id, RedriveState.Paused, RedriveState.Running, actor, () => RetryQueue.Add(unit, Step, id.Value, unit.Now)), cancellationToken);

    /// <summary>What was brought back goes on by its policies; nothing more is.</summary>
    public Task<Result<RedriveState>> StopAsync(RedriveId id, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            var state = State(unit, id);
            if (state is not (RedriveState.Asked or RedriveState.Running or RedriveState.Paused)) return NotNow(id, state);
            approvals.Close(unit, ApprovalKind, id.Value, actor);
            RetryQueue.Remove(unit, Step, id.Value);
            End(unit, id.Value, RedriveState.Stopped, actor.Value);
            audit.Write(unit, new AuditEntry(actor, "redrive.stop", id.Value) { Before = state.ToString(), After = nameof(RedriveState.Stopped) });
            return (Result<RedriveState>)RedriveState.Stopped;
        },
        cancellationToken);

    internal static void End(UnitOfWork unit, string id, RedriveState state, string by)
    {
        unit.Execute("UPDATE redrive_items SET state = 'Skipped', after = 'The redrive was stopped before its turn.', settled_at = $2 WHERE redrive_id = $1 AND state = 'Waiting'", id, unit.Now);
        unit.Execute("UPDATE redrives SET state = $2, ended_at = $3, ended_by = $4 WHERE redrive_id = $1", id, state, unit.Now, by);
        unit.Signal(DeadLetters.Changed);
    }

    private Result<RedriveId> Start(UnitOfWork unit, RedriveRequest request, Actor actor)
    {
        if (WhyNot(request) is { } why) return why;
        var id = unit.NewId<RedriveId>();
        var total = InsertItems(unit, id.Value, request.Filter);
        if (total > MaxItems) return new Refusal(RefusalCodes.TooLarge, 422, $"That is more than {MaxItems:N0} letters. Narrow the choice: by cause, currency or date.");
        foreach (var code in unit.Query("SELECT DISTINCT after FROM redrive_items WHERE redrive_id = $1 AND state = 'Skipped'", row => row.GetString(0), id.Value))
            unit.Execute("UPDATE redrive_items SET after = $3 WHERE redrive_id = $1 AND state = 'Skipped' AND after = $2", id.Value, code, rules.TextOf(code));
        var eligible = (int)unit.Scalar("SELECT COUNT(*) FROM redrive_items WHERE redrive_id = $1 AND state = 'Waiting'", id.Value);
        if (eligible == 0) return new Refusal(RefusalCodes.StateConflict, 409, "None of these letters can be redriven now: another redrive holds them, or they were settled meanwhile. Nothing was done.");
        if (eligible != request.Expected) return new Refusal(RefusalCodes.StateConflict, 409, $"The preview said {request.Expected:N0} and it would be {eligible:N0} now. Nothing was done; look at the preview again.");
        unit.Execute(
            "INSERT INTO redrives (redrive_id, state, scope, reason, made_by, made_at, per_second, stop_after, total) VALUES ($1, 'Asked', $2, $3, $4, $5, $6, $7, $8)",
            id.Value, request.Scope, request.Reason.Trim(), actor.Value, unit.Now, request.PerSecond, request.StopAfter, total);
        unit.Signal(DeadLetters.Changed);
        if (WhyTwo(unit, id.Value, eligible) is { } rule)
        {
            var asked = approvals.Ask(unit, new ApprovalAsk(ApprovalKind, id.Value, actor, null, request.Reason), rule);
            return asked.IsRefused ? asked.Refusal! : id;
        }
        Go(unit, id.Value);
        audit.Write(unit, new AuditEntry(actor, "redrive.start", id.Value) { Reason = request.Reason.Trim(), After = $"{eligible:N0} of {total:N0} letters: {request.Scope}" });
        return id;
    }

    /// <summary>The rule by which it needs a second person; null when one is enough.</summary>
    private ApprovalRule? WhyTwo(UnitOfWork unit, string id, int letters)
    {
        if (letters > AloneUpTo) return new ApprovalRule(ApprovalTrigger.ManyLetters);
        return AtRisk(unit, id).Select(money => (Money: money, Limit: limits.Of(money.Currency).Redrive)).Where(one => one.Money.Minor > one.Limit)
            .Select(one => new ApprovalRule(ApprovalTrigger.MoneyAtRisk, new Money(one.Limit, one.Money.Currency))).FirstOrDefault();
    }

    /// <summary>A refusal undoes the unit, and these rows with it.</summary>
    private int InsertItems(UnitOfWork unit, string id, DeadLetterFilter filter)
    {
        if (filter.Ids is not { } ids) return Insert(unit, id, filter, from: 0);
        var total = 0;
        foreach (var one in ids.Distinct(StringComparer.Ordinal).Take(MaxItems + 1)) total += Insert(unit, id, filter with { Ids = [one] }, total);
        return total;
    }

    private int Insert(UnitOfWork unit, string id, DeadLetterFilter filter, int from)
    {
        var (where, arguments) = filter.ToSql();
        var next = arguments.Count;
        return unit.Execute(
            $"""
            INSERT INTO redrive_items (redrive_id, seq, dead_letter_id, state, before, after, settled_at)
            SELECT ${next + 1}, ${next + 2} + ROW_NUMBER() OVER (ORDER BY x.dead_letter_id), x.dead_letter_id, CASE WHEN x.why IS NULL THEN 'Waiting' ELSE 'Skipped' END, x.code, x.why, CASE WHEN x.why IS NULL THEN NULL ELSE ${next + 3} END
            FROM (SELECT d.dead_letter_id, d.code, {rules.WhyNot} AS why FROM dead_letters d WHERE {where} ORDER BY d.dead_letter_id LIMIT {MaxItems + 1}) x
            """,
            [.. arguments, id, from, unit.Now]);
    }

    /// <summary>What the letters that it would bring back put at risk, a sum per currency.</summary>
    internal static List<Money> AtRisk(UnitOfWork unit, string id) => unit.Query(
        """
        SELECT d.currency, SUM(d.amount) FROM redrive_items i JOIN dead_letters d ON d.dead_letter_id = i.dead_letter_id
        WHERE i.redrive_id = $1 AND i.state = 'Waiting' AND d.currency IS NOT NULL GROUP BY d.currency ORDER BY d.currency
        """,
        row => new Money(row.GetInt64(1), Currency.Of(row.GetString(0))), id);

    internal static void Go(UnitOfWork unit, string id)
    {
        unit.Execute("UPDATE redrives SET state = 'Running' WHERE redrive_id = $1", id);
        RetryQueue.Add(unit, Step, id, unit.Now);
    }

    private Result<RedriveState> Change(UnitOfWork unit, RedriveId id, RedriveState from, RedriveState to, Actor actor, Action also)
    {
        var state = State(unit, id);
        if (state != from) return NotNow(id, state);
        unit.Execute("UPDATE redrives SET state = $2 WHERE redrive_id = $1", id.Value, to);
        also();
        audit.Write(unit, new AuditEntry(actor, to == RedriveState.Paused ? "redrive.pause" : "redrive.resume", id.Value) { Before = from.ToString(), After = to.ToString() });
        return to;
    }

    private static Refusal? WhyNot(RedriveRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why these letters are redriven.", "reason");
        if (request.Reason.Length > 500) return new Refusal(RefusalCodes.Invalid, 422, "The reason is at most 500 characters.", "reason");
        if (request.PerSecond is < 1 or > MostPerSecond) return new Refusal(RefusalCodes.Invalid, 422, $"The pace is 1 to {MostPerSecond} a second.", "per_second");
        return request.StopAfter is < 1 or > MaxItems ? new Refusal(RefusalCodes.Invalid, 422, $"Stopping comes after 1 to {MaxItems:N0} failures.", "stop_after") : null;
    }

    private static RedriveState? State(UnitOfWork unit, RedriveId id) =>
        unit.QueryFirst("SELECT state FROM redrives WHERE redrive_id = $1", row => (RedriveState?)Enum.Parse<RedriveState>(row.GetString(0)), id.Value);

    private static Refusal NotNow(RedriveId id, RedriveState? state) => state is null
        ? new Refusal(RefusalCodes.NotFound, 404, $"There is no redrive {id}.")
        : new Refusal(RefusalCodes.StateConflict, 409, $"This redrive is {state.ToString()!.ToLowerInvariant()} by now; nothing was changed.");
}
