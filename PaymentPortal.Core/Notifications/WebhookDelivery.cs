using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Notifications;

public enum DeliveryState
{
    /// <summary>Has a step that sends it.</summary>
    Waiting,

    /// <summary>The endpoint answered 2xx.</summary>
    Delivered,

    /// <summary>The policy's tries are over (three days unless somebody published another), or its endpoint was disabled or deleted; a person may send it again.</summary>
    Failed,
}

/// <summary>One fact for one endpoint, written before anything is sent and once for ever. Its tries stand in <see cref="WebhookAttempt"/>.</summary>
public sealed class WebhookDelivery
{
    public required string DeliveryId { get; init; }

    public required string EndpointId { get; init; }

    public required string EventId { get; init; }

    public required string EventType { get; init; }

    public required string AggregateId { get; init; }

    public DeliveryState State { get; init; }

    public int Tries { get; init; }

    /// <summary>The answer to the last try; null when there was none.</summary>
    public int? LastStatus { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }
}

internal sealed class WebhookDeliveryMapping : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("webhook_deliveries").HasKey(delivery => delivery.DeliveryId);
        builder.Property(delivery => delivery.DeliveryId).HasMaxLength(40);
        builder.Property(delivery => delivery.EndpointId).HasMaxLength(40);
        builder.Property(delivery => delivery.EventId).HasMaxLength(40);
        builder.Property(delivery => delivery.EventType).HasMaxLength(60);
        builder.Property(delivery => delivery.AggregateId).HasMaxLength(60);
        builder.Property(delivery => delivery.LastError).HasMaxLength(500);
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.EventId }).IsUnique();
        // Each ends in the id, the order of every list.
        builder.HasIndex(delivery => new { delivery.State, delivery.DeliveryId });
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.State, delivery.DeliveryId });
        builder.HasIndex(delivery => new { delivery.AggregateId, delivery.DeliveryId });
        builder.HasIndex(delivery => delivery.EventId);
    }
}

/// <summary>One try of a delivery, as it went out and what came back.</summary>
public sealed class WebhookAttempt
{
    public required string DeliveryId { get; init; }

    public int Number { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public long LatencyMilliseconds { get; init; }

    /// <summary>The headers that we made, a line each.</summary>
    public required string RequestHeaders { get; init; }

    public int? HttpStatus { get; init; }

    /// <summary>What the merchant answered, cut at <see cref="WebhookSender.MaxAnswer"/>. Sealed, because it is his text.</summary>
    public Sealed? Answer { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Error { get; init; }
}

internal sealed class WebhookAttemptMapping : IEntityTypeConfiguration<WebhookAttempt>
{
    public void Configure(EntityTypeBuilder<WebhookAttempt> builder)
    {
        builder.ToTable("webhook_attempts").HasKey(attempt => new { attempt.DeliveryId, attempt.Number });
        builder.Property(attempt => attempt.DeliveryId).HasMaxLength(40);
        builder.Property(attempt => attempt.RequestHeaders).HasMaxLength(1000);
        builder.Property(attempt => attempt.Answer).IsSealed();
        builder.Property(attempt => attempt.Error).HasMaxLength(500);
    }
}
