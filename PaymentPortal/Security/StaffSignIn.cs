using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>
/// Signs staff in and out. A try is counted before its password is looked at, so tries sent side by side can't pass the limit; and an unknown
/// address costs the same work and gets the same words as a wrong password, so nobody learns who works here.
/// </summary>
public sealed class StaffSignIn(
    UserManager<StaffUser> users,
    IUserClaimsPrincipalFactory<StaffUser> principals,
    StaffSessions sessions,
    SessionRules rules,
    WriteLane lane,
    AuditLog audit,
    TimeProvider time,
    ILogger<StaffSignIn> log)
{
    public const int MaxTries = 10;

    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(30);

    public static readonly Refusal Refused = new(
        RefusalCodes.Unauthorized,
        StatusCodes.Status401Unauthorized,
        $"This e-mail address and password do not open an account. After {MaxTries} wrong tries an account is closed for {LockTime.TotalMinutes} minutes; an admin can also have disabled it.");

    /// <summary>A hash of nothing, made once with the same settings, so that an unknown address takes as long as a known one.</summary>
    private static string? _decoy;

    /// <summary>Checks the password and writes the session cookie; the refusal never says which part was wrong.</summary>
    public async Task<Result<StaffUser>> SignInAsync(HttpContext context, string email, string password, CancellationToken cancellationToken)
    {
        var proved = await ProveAsync(await users.FindByEmailAsync(email).ConfigureAwait(false), password, cancellationToken).ConfigureAwait(false);
        if (!proved.IsRefused) await OpenAsync(context, proved.Value, cancellationToken).ConfigureAwait(false);
        return proved;
    }

    /// <summary>Counts one try and looks at the password; also asked of somebody who is signed in and wants another password.</summary>
    public async Task<Result<StaffUser>> ProveAsync(StaffUser? user, string password, CancellationToken cancellationToken)
    {
        var isOpen = await CountTryAsync(user?.Id, cancellationToken).ConfigureAwait(false);
        var isRight = IsPasswordOf(user, password);
        if (user is not null && isOpen && isRight && !user.IsDisabled) return user;
        Log.SignInRefused(log, user?.Id ?? "unknown", Why(user, isOpen, isRight));
        return Refused;
    }

    /// <summary>Signs in a person whose right to it was already proved (the set-up link).</summary>
    public async Task OpenAsync(HttpContext context, StaffUser user, CancellationToken cancellationToken)
    {
        var sessionId = await sessions.StartAsync(user, cancellationToken).ConfigureAwait(false);
        var person = await principals.CreateAsync(user).ConfigureAwait(false);
        ((ClaimsIdentity)person.Identity!).AddClaim(new Claim(StaffSessions.ClaimType, sessionId));
        var ticket = new AuthenticationProperties { IsPersistent = false, AllowRefresh = false, ExpiresUtc = time.GetUtcNow() + rules.Absolute };
        await context.SignInAsync(IdentityConstants.ApplicationScheme, person, ticket).ConfigureAwait(false);
        Log.SignedIn(log, user.Id, sessionId);
    }

    public async Task SignOutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.User.FindFirstValue(StaffSessions.ClaimType) is { } sessionId && users.GetUserId(context.User) is { } userId)
        {
            await sessions.EndAsync(userId, sessionId, cancellationToken).ConfigureAwait(false);
            Log.SignedOut(log, userId, sessionId);
        }
        await context.SignOutAsync(IdentityConstants.ApplicationScheme).ConfigureAwait(false);
    }

    private static string Why(StaffUser? user, bool isOpen, bool isRight) => (user, isOpen, isRight) switch
    {
        (null, _, _) => "no such account",
        (_, false, _) => "locked",
        (_, _, false) => "wrong password",
        _ => "disabled",
    };

    private bool IsPasswordOf(StaffUser? user, string password)
    {
        _decoy ??= users.PasswordHasher.HashPassword(new StaffUser(), Guid.NewGuid().ToString());
        var hash = user?.PasswordHash ?? _decoy;
        var isRight = users.PasswordHasher.VerifyHashedPassword(user ?? new StaffUser(), hash, password) != PasswordVerificationResult.Failed;
        return isRight && user?.PasswordHash is not null;
    }

    /// <summary>False when the account is locked. An unknown address writes too, because a missing write can be measured from outside.</summary>
    private Task<bool> CountTryAsync(string? userId, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            if (userId is null)
            {
                unit.Execute("INSERT INTO store_meta (name, value) VALUES ('sign-in.unknown', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", unit.Now.ToString("O"));
                return true;
            }
            unit.Execute("UPDATE staff_users SET access_failed_count = 0, lockout_end = NULL WHERE id = $1 AND lockout_end <= $2", userId, unit.Now);
            var isOpen = unit.Execute("UPDATE staff_users SET access_failed_count = access_failed_count + 1 WHERE id = $1 AND access_failed_count < $2", userId, MaxTries) == 1;
            // The try that reaches the limit is still looked at; the lock it sets stands for the next one.
            if (isOpen && unit.Execute("UPDATE staff_users SET lockout_end = $3 WHERE id = $1 AND access_failed_count = $2", userId, MaxTries, unit.Now + LockTime) == 1)
                audit.Write(unit, new AuditEntry(Actor.Program("sign-in"), "staff.lock", userId) { Reason = $"{MaxTries} tries" });
            return isOpen;
        },
        cancellationToken);
}
