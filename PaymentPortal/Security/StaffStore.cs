using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>Identity's view of the staff: it finds a person by the blind index of his address and reads the address out of its seal, because neither stands in the clear.</summary>
public sealed class StaffStore(PortalDb db, StaffNames names) : UserStore<StaffUser, IdentityRole, PortalDb, string>(db)
{
    public override Task<StaffUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken = default) => FindByEmailAsync(normalizedUserName, cancellationToken);

    public override Task<StaffUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken = default)
    {
        var index = names.IndexOf(normalizedEmail);
        return Users.SingleOrDefaultAsync(user => user.EmailIndex == index, cancellationToken);
    }

    public override Task<string?> GetUserNameAsync(StaffUser user, CancellationToken cancellationToken = default) => GetEmailAsync(user, cancellationToken);

    public override Task<string?> GetEmailAsync(StaffUser user, CancellationToken cancellationToken = default) => Task.FromResult<string?>(names.NameOf(user.Id, user.SealedEmail));
}
