using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>The only judge of whether a sign-in still lives. Every request and every open page asks it; nothing is cached between.</summary>
public sealed class StaffSessions(IDbContextFactory<PortalDb> databases, WriteLane lane, AuditLog audit, TimeProvider time, SessionRules rules)
{
    public const string ClaimType = "session";

    /// <summary>Being seen is written down at most this often, so that reading pages costs no write per page.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    /// <summary>Ended sessions stay this long, for the list of who was here.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Opens a session, and forgives the wrong passwords before it, in one unit.</summary>
    public async Task<string> StartAsync(StaffUser user, CancellationToken cancellationToken)
    {
        var sessionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await lane.RunAsync(
            unit =>
            {
                unit.Execute("DELETE FROM staff_sessions WHERE user_id = $1 AND seen_at < $2", user.Id, unit.Now - Kept);
                unit.Execute("UPDATE staff_users SET access_failed_count = 0, lockout_end = NULL WHERE id = $1", user.Id);
                audit.Write(unit, new AuditEntry(Actor.Staff(user.Id), "staff.sign-in", user.Id) { After = sessionId });
                return unit.Execute("INSERT INTO staff_sessions (session_id, user_id, started_at, seen_at) VALUES ($1, $2, $3, $3)", sessionId, user.Id, unit.Now);
            },
            cancellationToken).ConfigureAwait(false);
        return sessionId;
    }

    /// <summary>True while the session may be used: not ended, not idle too long, not past its day, its person enabled and their stamp unchanged.</summary>
    public async Task<bool> IsAliveAsync(ClaimsPrincipal person, string stampClaimType, CancellationToken cancellationToken)
    {
        if (person.FindFirstValue(ClaimType) is not { } sessionId) return false;
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var found = await (
            from session in db.Set<StaffSession>().AsNoTracking()
            join user in db.Users.AsNoTracking() on session.UserId equals user.Id
            where session.SessionId == sessionId && session.EndedAt == null && !user.IsDisabled
            select new { session.StartedAt, session.SeenAt, user.SecurityStamp }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return found is not null
            && found.SecurityStamp == person.FindFirstValue(stampClaimType)
            && now < found.StartedAt + rules.Absolute
            && now < found.SeenAt + rules.Idle;
    }

    /// <summary>Notes that the person just did something.</summary>
    public async Task TouchAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        if (person.FindFirstValue(ClaimType) is not { } sessionId) return;
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var due = time.GetUtcNow() - Grain;
        if (!await db.Set<StaffSession>().AnyAsync(session => session.SessionId == sessionId && session.SeenAt < due, cancellationToken).ConfigureAwait(false)) return;
        // Never backwards and never past its idle end: a late touch must not wake a session that was already over.
        await lane.RunAsync(
            unit => unit.Execute(
                "UPDATE staff_sessions SET seen_at = $2 WHERE session_id = $1 AND ended_at IS NULL AND seen_at < $2 AND seen_at > $3",
                sessionId, unit.Now, unit.Now - rules.Idle),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the session of the person who signs out.</summary>
    public Task EndAsync(string userId, string sessionId, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            audit.Write(unit, new AuditEntry(Actor.Staff(userId), "staff.sign-out", userId) { Before = sessionId });
            return unit.Execute("UPDATE staff_sessions SET ended_at = $3 WHERE session_id = $1 AND user_id = $2 AND ended_at IS NULL", sessionId, userId, unit.Now);
        },
        cancellationToken);

    /// <summary>Ends every session of a person; open pages notice within <see cref="SessionRules.Recheck"/>.</summary>
    public Task EndAllOfAsync(Actor actor, string userId, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            audit.Write(unit, new AuditEntry(actor, "staff.end-sessions", userId));
            return unit.Execute("UPDATE staff_sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", userId, unit.Now);
        },
        cancellationToken);
}
