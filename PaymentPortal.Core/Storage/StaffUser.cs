using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// A person who works in the portal. Buyers are not staff: they stand in <c>users</c> and never sign in. The e-mail address is the only name
/// there is; it is sealed, and Identity's own columns for names and addresses do not exist.
/// </summary>
public sealed class StaffUser : IdentityUser
{
    /// <summary>Written and opened by who holds the keys.</summary>
    public Sealed? SealedEmail { get; set; }

    /// <summary>By it the address is found at the sign-in, and no two people have the same one.</summary>
    public byte[]? EmailIndex { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A disabled person can't sign in, and open sessions end at their next check.</summary>
    public bool IsDisabled { get; set; }
}

internal sealed class StaffUserMapping : IEntityTypeConfiguration<StaffUser>
{
    public void Configure(EntityTypeBuilder<StaffUser> builder)
    {
        builder.Ignore(user => user.UserName).Ignore(user => user.NormalizedUserName).Ignore(user => user.Email).Ignore(user => user.NormalizedEmail).Ignore(user => user.PhoneNumber);
        builder.Property(user => user.SealedEmail).HasConversion(value => value!.Value.Bytes, stored => new Sealed(stored));
        builder.Property(user => user.EmailIndex).HasMaxLength(16);
        builder.HasIndex(user => user.EmailIndex).IsUnique();
    }
}
