using Microsoft.EntityFrameworkCore;

namespace PaymentPortal.Core.Storage;

/// <summary>Hands out one context per operation; each reads read-only and saves through the lane.</summary>
public sealed class PortalDbFactory(SqlDialect dialect, WriteLane lane) : IDbContextFactory<PortalDb>
{
    public PortalDb CreateDbContext() => dialect.CreateDb(lane);
}
