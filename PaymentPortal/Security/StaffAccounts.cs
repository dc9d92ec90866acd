using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>
/// Makes staff accounts. Account and role are one commit, and the first admin takes the set-up link with it: there is never a moment with an
/// account without a role, or with an admin and a link that still works.
/// </summary>
public sealed class StaffAccounts(PortalDb db, UserManager<StaffUser> users, StaffNames names, WriteLane lane, AuditLog audit, TimeProvider time, ILogger<StaffAccounts> log)
{
    /// <summary>Creates a person with one role. Refuses an unknown role, a bad address, a weak password and an address that is already in use.</summary>
    public async Task<Result<StaffUser>> CreateAsync(string email, string role, string password, CancellationToken cancellationToken)
    {
        var link = role == StaffRoles.Admin ? await SetupLink.FindAsync(db, cancellationToken).ConfigureAwait(false) : null;
        return await CreateAsync(Actor.Program("create-user"), email, role, password, link, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates the first admin for the holder of the set-up link. Of two people with one link, one gets an account.</summary>
    public async Task<Result<StaffUser>> CreateFirstAdminAsync(string? token, string email, string password, CancellationToken cancellationToken)
    {
        var link = await SetupLink.FindAsync(db, cancellationToken).ConfigureAwait(false);
        if (link is null || !SetupLink.Opens(link, token)) return LinkIsGone();
        return await CreateAsync(Actor.Program("set-up-link"), email, StaffRoles.Admin, password, link, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives a person another password, for the one they have now. Every session of theirs ends with the old one: whoever knew it is out.
    /// The caller counts the tries (<see cref="StaffSignIn.ProveAsync"/>).
    /// </summary>
    public async Task<Result<StaffUser>> ChangePasswordAsync(StaffUser user, string password, CancellationToken cancellationToken)
    {
        if (PasswordRules.Fault(password, await users.GetEmailAsync(user).ConfigureAwait(false)) is { } fault) return Wrong("password", fault);
        var (hash, stamp) = (users.PasswordHasher.HashPassword(user, password), Guid.NewGuid().ToString("N"));
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(Actor.Staff(user.Id), "staff.password", user.Id));
                unit.Execute("UPDATE staff_sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL", user.Id, unit.Now);
                return unit.Execute("UPDATE staff_users SET password_hash = $2, security_stamp = $3, concurrency_stamp = $3 WHERE id = $1", user.Id, hash, stamp);
            },
            cancellationToken).ConfigureAwait(false);
        (user.PasswordHash, user.SecurityStamp) = (hash, stamp);
        Log.PasswordChanged(log, user.Id);
        return user;
    }

    private static bool IsAddress(string text) =>
        text.Length <= 254 && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1
        && text.LastIndexOf('@') == at && !text.Any(character => char.IsWhiteSpace(character) || char.IsControl(character));

    private static Refusal Wrong(string field, string text) => new(RefusalCodes.Invalid, StatusCodes.Status422UnprocessableEntity, text, field);

    private static Refusal LinkIsGone() => new(RefusalCodes.NotFound, StatusCodes.Status410Gone, "This set-up link was used meanwhile. Nothing was made.");

    private static Refusal InUse() => new(RefusalCodes.StateConflict, StatusCodes.Status409Conflict, "An account with this e-mail address already exists.", "email");

    private async Task<Result<StaffUser>> CreateAsync(Actor actor, string email, string role, string password, StoreMeta? link, CancellationToken cancellationToken)
    {
        if (!StaffRoles.All.Contains(role, StringComparer.Ordinal)) return Wrong("role", $"There is no role '{role}'. The roles are {string.Join(", ", StaffRoles.All)}.");
        var address = email.Trim();
        if (!IsAddress(address)) return Wrong("email", "This is not an e-mail address.");
        if (PasswordRules.Fault(password, address) is { } fault) return Wrong("password", fault);
        if (await users.FindByEmailAsync(address).ConfigureAwait(false) is not null) return InUse();

        var user = NewUser(address);
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        db.Add(user);
        db.Add(new IdentityUserRole<string> { UserId = user.Id, RoleId = await RoleIdAsync(role, cancellationToken).ConfigureAwait(false) });
        if (link is not null) db.Remove(link);
        try
        {
            await db.SaveWithAsync(unit => audit.Write(unit, new AuditEntry(actor, "staff.create", user.Id) { After = role }), cancellationToken).ConfigureAwait(false);
        }
        catch (ConstraintViolationException)
        {
            // Somebody else took the address between our look and our write.
            return InUse();
        }
        catch (DbUpdateConcurrencyException)
        {
            // The link was there at our look and gone at our write: another person used it, and this save was undone as a whole.
            return LinkIsGone();
        }
        Log.StaffCreated(log, user.Id, role);
        return user;
    }

    private StaffUser NewUser(string address)
    {
        var id = Ids.New<UserId>(time).Value;
        return new StaffUser
        {
            Id = id,
            SealedEmail = names.Seal(id, address),
            EmailIndex = names.IndexOf(address),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            CreatedAt = time.GetUtcNow(),
        };
    }

    private async Task<string> RoleIdAsync(string role, CancellationToken cancellationToken)
    {
        if (await db.Roles.AnyAsync(known => known.Id == role, cancellationToken).ConfigureAwait(false)) return role;
        db.Add(new IdentityRole { Id = role, Name = role, NormalizedName = users.NormalizeName(role) });
        return role;
    }
}
