using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>A person of the staff as admins see him.</summary>
public sealed record StaffRow(string Id, string Name, IReadOnlyList<string> Roles, bool IsDisabled, DateTimeOffset CreatedAt);

/// <summary>How a grant ended: given at once, or waiting for a second admin.</summary>
public readonly record struct GrantEnd(ApprovalId? Approval);

/// <summary>
/// Gives and takes roles, shuts people out and lets them in again. The roles that move money or give roles need a second admin while there is one;
/// every change ends the sessions of the person, so that it holds at once.
/// </summary>
public sealed class StaffDesk(WriteLane lane, IDbContextFactory<PortalDb> databases, StaffDirectory staff, StaffNames names, Approvals approvals, AuditLog audit)
{
    public const string ApprovalKind = "role-grant";

    private const int Most = 1000;

    public async Task<IReadOnlyList<StaffRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var held = await db.UserRoles.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
        var people = await db.Users.AsNoTracking().OrderBy(user => user.Id).Take(Most).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. people.Select(user => new StaffRow(user.Id, names.NameOf(user.Id, user.SealedEmail), [.. held.Where(role => role.UserId == user.Id).Select(role => role.RoleId).Order(StringComparer.Ordinal)], user.IsDisabled, user.CreatedAt))
            .OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether granting a role of weight is one person's act, because there is no second admin to ask.</summary>
    public async Task<bool> IsAloneAsync(CancellationToken cancellationToken) => await staff.CountAsync(StaffRoles.Admin, cancellationToken).ConfigureAwait(false) < 2;

    /// <param name="hasProved">The admin has just given his password anew: wanted where he decides alone.</param>
    public Task<Result<GrantEnd>> GrantAsync(string userId, string role, Actor actor, string reason, bool hasProved, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            if (WhyNotGrant(unit, userId, role, reason) is { } why) return why;
            if (role is StaffRoles.Finance or StaffRoles.Admin)
            {
                if (StaffDirectory.Admins(unit) >= 2)
                    return approvals.Ask(unit, new ApprovalAsk(ApprovalKind, RoleGrant.Subject(userId, role), actor, null, reason), ApprovalRule.Always).Map(id => new GrantEnd(id));
                if (!hasProved) return new Refusal(RefusalCodes.Unauthorized, 403, "There is no second admin to ask, so this is yours alone: give your password anew. Nothing was changed.", "password");
            }
            Give(unit, audit, userId, role, actor, reason);
            return (Result<GrantEnd>)new GrantEnd(null);
        },
        cancellationToken);

    public Task<Result<string>> TakeAsync(string userId, string role, Actor actor, string reason, CancellationToken cancellationToken) => lane.RunAsync<Result<string>>(
        unit =>
        {
            if (string.IsNullOrWhiteSpace(reason)) return NoReason;
            if (role == StaffRoles.Admin && IsLastAdmin(unit, userId)) return LastAdmin;
            if (unit.Execute("DELETE FROM staff_user_roles WHERE user_id = $1 AND role_id = $2", userId, role) == 0) return new Refusal(RefusalCodes.StateConflict, 409, $"The person does not hold {role}. Nothing was changed.");
            audit.Write(unit, new AuditEntry(actor, "staff.role-take", userId) { Reason = reason.Trim(), Before = role });
            EndSessions(unit, userId);
            return role;
        },
        cancellationToken);

    public Task<Result<string>> SetDisabledAsync(string userId, bool isDisabled, Actor actor, string reason, CancellationToken cancellationToken) => lane.RunAsync<Result<string>>(
        unit =>
        {
            if (string.IsNullOrWhiteSpace(reason)) return NoReason;
            if (isDisabled && IsLastAdmin(unit, userId)) return LastAdmin;
            if (unit.Execute("UPDATE staff_users SET is_disabled = $2 WHERE id = $1 AND is_disabled <> $2", userId, isDisabled) == 0) return new Refusal(RefusalCodes.StateConflict, 409, "There is no such person, or it was done before. Nothing was changed.");
            audit.Write(unit, new AuditEntry(actor, isDisabled ? "staff.disable" : "staff.enable", userId) { Reason = reason.Trim() });
            EndSessions(unit, userId);
            return userId;
        },
        cancellationToken);

    internal static void Give(UnitOfWork unit, AuditLog audit, string userId, string role, Actor actor, string? reason)
    {
        unit.Execute("INSERT INTO staff_roles (id, name, normalized_name, concurrency_stamp) VALUES ($1, $1, $2, $1) ON CONFLICT (id) DO NOTHING", role, role.ToUpperInvariant());
        unit.Execute("INSERT INTO staff_user_roles (user_id, role_id) VALUES ($1, $2) ON CONFLICT (user_id, role_id) DO NOTHING", userId, role);
        audit.Write(unit, new AuditEntry(actor, "staff.role-give", userId) { Reason = reason?.Trim(), After = role });
        EndSessions(unit, userId);
    }

    private static Refusal NoReason => new(RefusalCodes.Missing, 422, "Say why.", "reason");

    private static Refusal LastAdmin => new(RefusalCodes.StateConflict, 409, "This is the last enabled admin: nobody could give roles any more. Nothing was changed.");

    private static bool IsLastAdmin(UnitOfWork unit, string userId) =>
        StaffDirectory.Admins(unit) == 1 && StaffDirectory.Holds(unit, userId, StaffRoles.Admin);

    private static Refusal? WhyNotGrant(UnitOfWork unit, string userId, string role, string reason)
    {
        if (!StaffRoles.All.Contains(role, StringComparer.Ordinal)) return new Refusal(RefusalCodes.Invalid, 422, $"There is no role '{role}'.", "role");
        if (string.IsNullOrWhiteSpace(reason)) return NoReason;
        if (unit.Scalar("SELECT COUNT(*) FROM staff_users WHERE id = $1 AND is_disabled = 0", userId) == 0) return new Refusal(RefusalCodes.NotFound, 404, "There is no such person, or he is disabled. Nothing was changed.");
        return unit.Scalar("SELECT COUNT(*) FROM staff_user_roles WHERE user_id = $1 AND role_id = $2", userId, role) > 0 ? new Refusal(RefusalCodes.StateConflict, 409, $"The person holds {role} already.") : null;
    }

    private static void EndSessions(UnitOfWork unit, string userId) =>
        unit.Execute("UPDATE staff_sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", userId, unit.Now);
}

/// <summary>The second admin's part of a grant. The subject names person and role.</summary>
internal sealed class RoleGrant(AuditLog audit) : IApprovalKind
{
    public string Kind => StaffDesk.ApprovalKind;

    public string Label => "Role";

    public Approvers Approvers => Approvers.Admins;

    public static string Subject(string userId, string role) => $"{userId}/{role}";

    public string? PageOf(string subjectId) => "/admin/users";

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var (person, role) = Read(subjectId);
        var held = unit.Query("SELECT role_id FROM staff_user_roles WHERE user_id = $1 ORDER BY role_id", row => row.GetString(0), person);
        var isDisabled = unit.Scalar("SELECT COUNT(*) FROM staff_users WHERE id = $1 AND is_disabled = 0", person) == 0;
        var after = isDisabled ? "the person is disabled" : string.Join(", ", held.Append(role).Distinct().Order(StringComparer.Ordinal));
        return new ApprovalPreview($"{role} for {Actor.Staff(person)}", [], [new ApprovalChange("Roles", string.Join(", ", held), after)]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var (person, role) = Read(subjectId);
        StaffDesk.Give(unit, audit, person, role, checker, "Approved by a second admin");
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        // Nothing was held: the person simply does not get the role.
    }

    private static (string Person, string Role) Read(string subjectId) => (subjectId[..subjectId.IndexOf('/', StringComparison.Ordinal)], subjectId[(subjectId.IndexOf('/', StringComparison.Ordinal) + 1)..]);
}
