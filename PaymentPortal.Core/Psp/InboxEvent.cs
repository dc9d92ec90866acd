using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Psp;

/// <summary>What became of a verified event of the PSP.</summary>
public enum InboxState
{
    Waiting,

    /// <summary>The object it names was fetched and applied, or was settled already.</summary>
    Applied,

    /// <summary>A type that moves nothing of ours.</summary>
    Ignored,

    /// <summary>It names an object that is not ours: kept, and shown to staff.</summary>
    UnknownObject,

    /// <summary>It is of the live mode and our key of the test mode, or the other way round: kept, and nothing follows from it.</summary>
    WrongMode,
}

/// <summary>
/// A verified event of the PSP, stored before it is answered. The row and its task are the work; its content never decides anything,
/// it only says what to fetch.
/// </summary>
public sealed class InboxEvent
{
    public required string EventId { get; init; }

    public required string Type { get; init; }

    public required string ObjectId { get; init; }

    /// <summary>The nonce in the object's metadata, when it has one: finds the attempt of an intent or charge.</summary>
    public string? AttemptId { get; init; }

    public string? Account { get; init; }

    public InboxState State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>How often the PSP delivered it: 0 when it never came and was taken from the PSP's list.</summary>
    public int Deliveries { get; init; }

    /// <summary>A later event of the same payment was here before it.</summary>
    public bool IsOutOfOrder { get; init; }

    /// <summary>When it was found on the PSP's list without having come.</summary>
    public DateTimeOffset? ListedAt { get; init; }
}

/// <summary>
/// What the PSP sent, byte for byte. It stands apart from its event because it never changes and is ten times as long: a row that moves is written anew
/// as a whole, and the pages around it.
/// </summary>
public sealed class InboxBody
{
    public required string EventId { get; init; }

    public required Sealed Body { get; init; }
}

internal sealed class InboxBodyMapping : IEntityTypeConfiguration<InboxBody>
{
    public void Configure(EntityTypeBuilder<InboxBody> builder)
    {
        builder.ToTable(PspInbox.Bodies).HasKey(body => body.EventId);
        builder.Property(body => body.EventId).HasMaxLength(255);
        builder.Property(body => body.Body).IsSealed();
    }
}

internal sealed class InboxEventMapping : IEntityTypeConfiguration<InboxEvent>
{
    public void Configure(EntityTypeBuilder<InboxEvent> builder)
    {
        builder.ToTable("psp_inbox").HasKey(received => received.EventId);
        builder.Property(received => received.EventId).HasMaxLength(255);
        builder.Property(received => received.Type).HasMaxLength(100);
        builder.Property(received => received.ObjectId).HasMaxLength(255);
        builder.Property(received => received.AttemptId).HasMaxLength(60);
        builder.Property(received => received.Account).HasMaxLength(255);
        builder.Property(received => received.IsOutOfOrder).HasDefaultValue(false);
        builder.HasIndex(received => received.AttemptId);
        builder.HasIndex(received => received.ReceivedAt);
        builder.HasIndex(received => received.ObjectId);
        builder.HasIndex(received => received.State).HasFilter("state <> 'Applied'");
    }
}
