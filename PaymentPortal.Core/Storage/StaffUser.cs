using Microsoft.AspNetCore.Identity;

namespace PaymentPortal.Core.Storage;

/// <summary>A person who works in the portal. Buyers are not staff: they stand in <c>users</c> and never sign in.</summary>
public sealed class StaffUser : IdentityUser
{
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A disabled person can't sign in, and open sessions end at their next check.</summary>
    public bool IsDisabled { get; set; }
}
