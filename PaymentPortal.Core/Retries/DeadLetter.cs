using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Retries;

public enum DeadLetterState
{
    /// <summary>Waits for a person.</summary>
    Open,

    /// <summary>Its step was brought back to life and is being tried.</summary>
    Redriving,

    /// <summary>Its step did its work after all.</summary>
    Resolved,

    /// <summary>A person gave it up, with a reason.</summary>
    Discarded,
}

/// <summary>
/// The case file of a step whose automatic tries are over. The step itself stays in <c>retry_tasks</c> as dead, so that an item is either being
/// tried, or done, or dead. A step that dies again comes back to its open file.
/// </summary>
public sealed class DeadLetter
{
    public required string DeadLetterId { get; init; }

    public required string Kind { get; init; }

    public required string SubjectId { get; init; }

    /// <summary>Party, code and operation: the kind of trouble, under which it is grouped.</summary>
    public required string CauseKey { get; init; }

    public required string Operation { get; init; }

    public ErrorClass ErrorClass { get; init; }

    public required string Code { get; init; }

    public required string Reason { get; init; }

    public MoneyEffect Effect { get; init; }

    /// <summary>The payment that it belongs to, if it does to one.</summary>
    public string? CheckoutId { get; init; }

    /// <summary>The money that hangs on it.</summary>
    public long? Amount { get; init; }

    public string? Currency { get; init; }

    public DeadLetterState State { get; init; }

    /// <summary>Tries in all, over every time that it died.</summary>
    public int Tries { get; init; }

    /// <summary>How often it died.</summary>
    public int Deaths { get; init; }

    public DateTimeOffset FirstSeen { get; init; }

    public DateTimeOffset LastSeen { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? ClosedBy { get; init; }

    public string? CloseReason { get; init; }
}

/// <summary>A kind of trouble. The first letter of it raises the alarm; its five hundredth does not.</summary>
public sealed class DeadLetterCause
{
    public required string CauseKey { get; init; }

    public required string Party { get; init; }

    public required string Code { get; init; }

    public required string Operation { get; init; }

    public DateTimeOffset FirstSeen { get; init; }

    public DateTimeOffset LastSeen { get; init; }

    /// <summary>Letters ever.</summary>
    public int Total { get; init; }

    public string? Owner { get; init; }

    public string? Note { get; init; }

    /// <summary>When a person said that he has seen this kind of trouble; until then the portal points at it.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    public string? SeenBy { get; init; }
}

internal sealed class DeadLetterMapping : IEntityTypeConfiguration<DeadLetter>
{
    public void Configure(EntityTypeBuilder<DeadLetter> builder)
    {
        builder.ToTable("dead_letters").HasKey(letter => letter.DeadLetterId);
        builder.Property(letter => letter.DeadLetterId).HasMaxLength(40);
        builder.Property(letter => letter.Kind).HasMaxLength(40);
        builder.Property(letter => letter.SubjectId).HasMaxLength(255);
        builder.Property(letter => letter.CauseKey).HasMaxLength(200);
        builder.Property(letter => letter.Operation).HasMaxLength(40);
        builder.Property(letter => letter.Code).HasMaxLength(80);
        builder.Property(letter => letter.Reason).HasMaxLength(500);
        builder.Property(letter => letter.CheckoutId).HasMaxLength(40);
        builder.Property(letter => letter.Currency).HasMaxLength(3);
        builder.Property(letter => letter.ClosedBy).HasMaxLength(256);
        builder.Property(letter => letter.CloseReason).HasMaxLength(500);
        // One open file a step, whoever opens it.
        builder.HasIndex(letter => new { letter.Kind, letter.SubjectId }).IsUnique().HasFilter("state IN ('Open', 'Redriving')");
        builder.HasIndex(letter => new { letter.State, letter.CauseKey, letter.DeadLetterId });
        builder.HasIndex(letter => letter.CheckoutId);
        builder.HasIndex(letter => new { letter.LastSeen, letter.CauseKey });
    }
}

internal sealed class DeadLetterCauseMapping : IEntityTypeConfiguration<DeadLetterCause>
{
    public void Configure(EntityTypeBuilder<DeadLetterCause> builder)
    {
        builder.ToTable("dead_letter_causes").HasKey(cause => cause.CauseKey);
        builder.Property(cause => cause.CauseKey).HasMaxLength(200);
        builder.Property(cause => cause.Party).HasMaxLength(40);
        builder.Property(cause => cause.Code).HasMaxLength(80);
        builder.Property(cause => cause.Operation).HasMaxLength(40);
        builder.Property(cause => cause.Owner).HasMaxLength(256);
        builder.Property(cause => cause.Note).HasMaxLength(1000);
        builder.Property(cause => cause.SeenBy).HasMaxLength(256);
    }
}
