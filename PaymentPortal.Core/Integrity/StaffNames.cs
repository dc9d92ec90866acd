using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Seals, finds and opens the e-mail address by which a member of staff signs in and histories name him.</summary>
public sealed class StaffNames(FieldCipher cipher)
{
    private const string Table = "staff_users";
    private const string Column = "sealed_email";

    public Sealed Seal(string id, string email) => cipher.Seal(Table, id, Column, email);

    public byte[] IndexOf(string email) => cipher.BlindIndex("staff_users.email", email);

    /// <summary>The address, or the id where there is none or it does not open: lists go on, and the rule <c>sealed-01</c> tells of the broken one.</summary>
    public string NameOf(string id, Sealed? email)
    {
        try
        {
            return email is { } value ? cipher.Open(Table, id, Column, value) : id;
        }
        catch (SealBrokenException)
        {
            return id;
        }
    }

    /// <summary>In a unit: the name behind an actor of a history; an actor that is no member of staff stays as it is.</summary>
    public string NameOfActor(UnitOfWork unit, string actor)
    {
        if (!actor.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal)) return actor;
        var id = actor[Actor.StaffPrefix.Length..];
        return unit.QueryFirst("SELECT sealed_email FROM staff_users WHERE id = $1", row => NameOf(id, row[0] is byte[] bytes ? new Sealed(bytes) : null), id) ?? actor;
    }

    /// <summary>Names by id; an id that is nobody's is left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(PortalDb db, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return new Dictionary<string, string>();
        var people = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).Select(user => new { user.Id, user.SealedEmail }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return people.ToDictionary(user => user.Id, user => NameOf(user.Id, user.SealedEmail), StringComparer.Ordinal);
    }
}
