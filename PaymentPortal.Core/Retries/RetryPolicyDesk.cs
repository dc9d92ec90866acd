using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>The policy of one operation and class as the portal lists it: in force, and the draft beside it.</summary>
public sealed record PolicyRow(RetryOperation Operation, ErrorClass ErrorClass, RetryPolicy InForce, int Version, DateTimeOffset? PublishedAt, RetryPolicyVersion? Draft);

/// <summary>How a publication ended: in force as that version, or waiting for a second admin.</summary>
public readonly record struct PublishEnd(int Version, ApprovalId? Approval);

/// <summary>
/// Drafts and publishes policies. A draft changes nothing; publishing is an act with a reason in the audit log, retires the version before it, and
/// holds for every try that fails from then on. Versions are kept, so an older one can be drafted again.
/// </summary>
public sealed class RetryPolicyDesk(WriteLane lane, IDbContextFactory<PortalDb> databases, RetryPolicies policies, AuditLog audit, Approvals approvals)
{
    internal const string Published = "retry-policy.publish";

    /// <summary>The kind of their approvals. Subject: operation, class and version.</summary>
    public const string ApprovalKind = "retry-policy";

    public async Task<IReadOnlyList<PolicyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Set<RetryPolicyVersion>().AsNoTracking().Where(row => row.State != PolicyState.Retired).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. RetryOperations.All.SelectMany(operation => operation.Classes.Select(error =>
        {
            var mine = rows.Where(row => row.Operation == operation.Name && row.ErrorClass == error).ToList();
            var published = mine.FirstOrDefault(row => row.State == PolicyState.Published);
            return new PolicyRow(operation, error, published?.Policy ?? RetryDefaults.Of(operation.Name, error), published?.Version ?? 0, published?.PublishedAt, mine.FirstOrDefault(row => row.State == PolicyState.Draft));
        }))];
    }

    /// <summary>Every version of one policy, newest first.</summary>
    public async Task<IReadOnlyList<RetryPolicyVersion>> VersionsAsync(string operation, ErrorClass error, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<RetryPolicyVersion>().AsNoTracking().Where(row => row.Operation == operation && row.ErrorClass == error)
            .OrderByDescending(row => row.Version).Take(100).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the draft, in place of an earlier one. The answer is its version.</summary>
    public Task<Result<int>> DraftAsync(string operation, ErrorClass error, RetryPolicy policy, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Draft(unit, operation, error, policy, actor), cancellationToken);

    /// <summary>
    /// Puts the draft of that version in force, or asks for it while there is a second admin to ask. Refused when it is not the draft any more: what is
    /// published is what was looked at.
    /// </summary>
    public Task<Result<PublishEnd>> PublishAsync(string operation, ErrorClass error, int version, Actor actor, string reason, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            if (StaffDirectory.Admins(unit) < 2) return Publish(unit, operation, error, version, actor, reason).Map(published => new PublishEnd(published, null));
            if (!IsDraft(unit, operation, error, version)) return Gone;
            return approvals.Ask(unit, new ApprovalAsk(ApprovalKind, $"{Name(operation, error)}/{version}", actor, null, reason), ApprovalRule.Always).Map(id => new PublishEnd(version, id));
        },
        cancellationToken);

    public Task<Result<int>> DropDraftAsync(string operation, ErrorClass error, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            var dropped = unit.Execute("DELETE FROM retry_policies WHERE operation = $1 AND error_class = $2 AND state = 'Draft'", operation, error);
            if (dropped > 0) audit.Write(unit, new AuditEntry(actor, "retry-policy.drop-draft", Name(operation, error)));
            return (Result<int>)dropped;
        },
        cancellationToken);

    /// <summary>What an audit line and an address call the policy.</summary>
    public static string Name(string operation, ErrorClass error) => $"{operation}/{error}";

    private Result<int> Draft(UnitOfWork unit, string operation, ErrorClass error, RetryPolicy policy, Actor actor)
    {
        if (WhyNot(operation, error, policy) is { } why) return new Refusal(RefusalCodes.Invalid, 422, why);
        unit.Execute("DELETE FROM retry_policies WHERE operation = $1 AND error_class = $2 AND state = 'Draft'", operation, error);
        var version = (int)unit.Scalar("SELECT COALESCE(MAX(version), 0) + 1 FROM retry_policies WHERE operation = $1 AND error_class = $2", operation, error);
        unit.Execute(
            $"INSERT INTO retry_policies (operation, error_class, version, state, {RetryPolicyVersion.Figures}, made_at, made_by) VALUES ($1, $2, $3, 'Draft', $4, $5, $6, $7, $8, $9, $10, $11)",
            operation, error, version, policy.Kind, Microseconds(policy.First), Microseconds(policy.Step), Microseconds(policy.Longest), policy.MaxTries,
            policy.GiveUpAfter is { } limit ? Microseconds(limit) : null, unit.Now, actor.Value);
        audit.Write(unit, new AuditEntry(actor, "retry-policy.draft", Name(operation, error)) { After = PolicyWords.Of(policy) });
        return version;
    }

    internal Result<int> Publish(UnitOfWork unit, string operation, ErrorClass error, int version, Actor actor, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why the policy changes.", "reason");
        if (!IsDraft(unit, operation, error, version)) return Gone;
        unit.Execute("UPDATE retry_policies SET state = 'Retired' WHERE operation = $1 AND error_class = $2 AND state = 'Published'", operation, error);
        unit.Execute(
            "UPDATE retry_policies SET state = 'Published', published_at = $4, published_by = $5, reason = $6 WHERE operation = $1 AND error_class = $2 AND version = $3",
            operation, error, version, unit.Now, actor.Value, reason);
        var policy = Figures(unit, operation, error, version)!;
        unit.AfterCommit(() => policies.Adopt(operation, error, policy));
        audit.Write(unit, new AuditEntry(actor, Published, Name(operation, error)) { Reason = reason, Before = PolicyWords.Of(policies.Of(operation, error)), After = PolicyWords.Of(policy) });
        return version;
    }

    internal static RetryPolicy? Figures(UnitOfWork unit, string operation, ErrorClass error, int version) => unit.QueryFirst(
        $"SELECT {RetryPolicyVersion.Figures} FROM retry_policies WHERE operation = $1 AND error_class = $2 AND version = $3", row => RetryPolicyVersion.Read(row, 0), operation, error, version);

    private static Refusal Gone => new(RefusalCodes.StateConflict, 409, "This draft was changed, dropped or published meanwhile; nothing was done. Look at it again.");

    private static bool IsDraft(UnitOfWork unit, string operation, ErrorClass error, int version) =>
        unit.Scalar("SELECT COUNT(*) FROM retry_policies WHERE operation = $1 AND error_class = $2 AND version = $3 AND state = 'Draft'", operation, error, version) > 0;

    private static string? WhyNot(string operation, ErrorClass error, RetryPolicy policy)
    {
        if (RetryOperations.Find(operation) is not { } known || !known.Classes.Contains(error)) return "There is no such operation and class of error.";
        if (operation == RetryOperations.BuyerTry && policy is not { Kind: not RetryPolicyKind.Cancel, MaxTries: not null, GiveUpAfter: null })
            return "The buyer's tries need a number of tries: it is what ends a checkout. They don't end by time.";
        return policy.WhyInvalid();
    }

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
