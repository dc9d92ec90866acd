using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Integrity;

/// <summary>A key of the platform's backend. Only its hash is kept: the key itself is shown once, when it is made.</summary>
public sealed class ApiKey
{
    public required string KeyId { get; init; }

    public required string Name { get; init; }

    public required byte[] KeyHash { get; init; }

    /// <summary>The last four characters, so that people can tell keys apart.</summary>
    public required string Last4 { get; init; }

    /// <summary>Words of <see cref="ApiScopes"/>, separated by spaces.</summary>
    public required string Scopes { get; init; }

    /// <summary>The member of staff who answers for it and counts as maker of what it asks for.</summary>
    public string? OwnerId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys").HasKey(key => key.KeyId);
        builder.Property(key => key.KeyId).HasMaxLength(40);
        builder.Property(key => key.Name).HasMaxLength(100);
        builder.Property(key => key.KeyHash).HasMaxLength(32);
        builder.Property(key => key.Last4).HasMaxLength(4);
        builder.Property(key => key.Scopes).HasMaxLength(400);
        builder.Property(key => key.OwnerId).HasMaxLength(450);
        builder.HasIndex(key => key.KeyHash).IsUnique();
    }
}
