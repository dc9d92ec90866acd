using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>A member of staff as lists name him.</summary>
public sealed record StaffName(string Id, string Name, bool IsDisabled);

/// <summary>Opens the address of a member of staff: who keeps the rows holds no keys.</summary>
public delegate string StaffNaming(string id, Sealed? email);

/// <summary>Turns the ids of staff accounts into names that people know.</summary>
public sealed class StaffDirectory(IDbContextFactory<PortalDb> databases, StaffNaming nameOf)
{
    private const int Most = 1_000;

    public async Task<IReadOnlyList<StaffName>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return Named(await db.Users.AsNoTracking().OrderBy(user => user.Id).Take(Most).ToListAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>In a unit that decides by it: how many enabled admins there are.</summary>
    public static long Admins(UnitOfWork unit) => unit.Scalar("SELECT COUNT(*) FROM staff_user_roles r JOIN staff_users u ON u.id = r.user_id WHERE r.role_id = 'Admin' AND u.is_disabled = 0");

    /// <summary>In a unit: whether the person is enabled and holds the role now, whatever his session says.</summary>
    public static bool Holds(UnitOfWork unit, string person, string role) =>
        unit.Scalar("SELECT COUNT(*) FROM staff_user_roles r JOIN staff_users u ON u.id = r.user_id WHERE r.user_id = $1 AND r.role_id = $2 AND u.is_disabled = 0", person, role) > 0;

    /// <summary>In a unit: the roles of a person; empty when he is disabled or nobody.</summary>
    public static IReadOnlyList<string> RolesOf(UnitOfWork unit, string person) => unit.Query(
        "SELECT r.role_id FROM staff_user_roles r JOIN staff_users u ON u.id = r.user_id WHERE r.user_id = $1 AND u.is_disabled = 0 ORDER BY r.role_id", row => row.GetString(0), person);

    /// <summary>How many enabled people hold a role.</summary>
    public async Task<int> CountAsync(string role, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await (
            from user in db.Users
            join held in db.UserRoles on user.Id equals held.UserId
            join known in db.Roles on held.RoleId equals known.Id
            where known.Name == role && !user.IsDisabled
            select user.Id).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The enabled people who hold a role.</summary>
    public async Task<IReadOnlyList<StaffName>> HoldersAsync(string role, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var people = from user in db.Users.AsNoTracking()
                     join held in db.UserRoles on user.Id equals held.UserId
                     join known in db.Roles on held.RoleId equals known.Id
                     where known.Name == role && !user.IsDisabled
                     orderby user.Id
                     select user;
        return Named(await people.Take(Most).ToListAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Names by the value of the actor that stands in histories.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ActorNamesAsync(CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(person => Actor.StaffPrefix + person.Id, person => person.Name, StringComparer.Ordinal);

    /// <summary>Names by id; an id that is nobody's is left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return (await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(user => user.Id, user => nameOf(user.Id, user.SealedEmail), StringComparer.Ordinal);
    }

    /// <summary>By name: the database can't sort what it can't read.</summary>
    private IReadOnlyList<StaffName> Named(IEnumerable<StaffUser> people) =>
        [.. people.Select(user => new StaffName(user.Id, nameOf(user.Id, user.SealedEmail), user.IsDisabled)).OrderBy(person => person.Name, StringComparer.OrdinalIgnoreCase)];
}
