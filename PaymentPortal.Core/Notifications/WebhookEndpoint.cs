using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Notifications;

public enum EndpointState
{
    Enabled,

    /// <summary>Nothing is sent and no delivery is made for new facts, by a person's wish or after a week of failures.</summary>
    Disabled,

    /// <summary>Gone for good; kept so that its deliveries still say where they went.</summary>
    Deleted,
}

/// <summary>An address of the merchant's that is told of facts. Its secrets are sealed, and two sign while one is being replaced.</summary>
public sealed class WebhookEndpoint
{
    public required string EndpointId { get; init; }

    public required string Url { get; init; }

    public string? Description { get; init; }

    /// <summary>Types of the catalogue separated by spaces, or <c>*</c>.</summary>
    public required string Types { get; init; }

    public EndpointState State { get; init; }

    /// <summary>Why it is disabled, for people.</summary>
    public string? StateReason { get; init; }

    public required Sealed Secret { get; init; }

    public Sealed? OldSecret { get; init; }

    /// <summary>Until then the old secret signs too.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }

    /// <summary>Facts up to this position were there before it and are not sent.</summary>
    public long FromPosition { get; init; }

    /// <summary>Since when nothing was taken; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When staff were warned of it.</summary>
    public DateTimeOffset? WarnedAt { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class WebhookEndpointMapping : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("webhook_endpoints").HasKey(endpoint => endpoint.EndpointId);
        builder.Property(endpoint => endpoint.EndpointId).HasMaxLength(40);
        builder.Property(endpoint => endpoint.Url).HasMaxLength(EndpointRules.MaxUrl);
        builder.Property(endpoint => endpoint.Description).HasMaxLength(EndpointRules.MaxDescription);
        builder.Property(endpoint => endpoint.Types).HasMaxLength(2000);
        builder.Property(endpoint => endpoint.StateReason).HasMaxLength(500);
        builder.Property(endpoint => endpoint.Secret).IsSealed();
        builder.Property(endpoint => endpoint.OldSecret).IsSealed();
    }
}
