using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Retries;

public enum TaskState
{
    /// <summary>Waits for its time or is being worked on under a lease.</summary>
    Due,

    /// <summary>Its automatic tries are over; a person must act.</summary>
    Dead,
}

/// <summary>
/// A next step that must happen: written before the first try, deleted in the unit that finishes it. At most one is open per kind and subject.
/// </summary>
public sealed class RetryTask
{
    public required string TaskId { get; init; }

    public required string Kind { get; init; }

    public required string SubjectId { get; init; }

    public TaskState State { get; init; }

    public DateTimeOffset DueAt { get; init; }

    /// <summary>Failed tries since the last one that went well.</summary>
    public int Tries { get; init; }

    /// <summary>Looks that went well and left the step open.</summary>
    public int Polls { get; init; }

    /// <summary>Until then nobody else may take it.</summary>
    public DateTimeOffset LeaseUntil { get; init; }

    /// <summary>Rises with every claim; a write that carries an older one is refused.</summary>
    public long Fence { get; init; }

    /// <summary>Put off because no try could have gone well; such waits are not counted.</summary>
    public bool IsHeld { get; init; }

    public string? LastError { get; init; }

    /// <summary>Operation, class and code of the newest failure.</summary>
    public string? Operation { get; init; }

    public ErrorClass? ErrorClass { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>When the first of the failed tries in a row ended.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The case file of a step that died, also after it was brought back.</summary>
    public string? DeadLetterId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class RetryTaskMapping : IEntityTypeConfiguration<RetryTask>
{
    public void Configure(EntityTypeBuilder<RetryTask> builder)
    {
        builder.ToTable("retry_tasks").HasKey(task => task.TaskId);
        builder.Property(task => task.TaskId).HasMaxLength(40);
        builder.Property(task => task.Kind).HasMaxLength(40);
        builder.Property(task => task.SubjectId).HasMaxLength(255);
        builder.Property(task => task.LastError).HasMaxLength(500);
        builder.Property(task => task.Operation).HasMaxLength(40);
        builder.Property(task => task.ErrorCode).HasMaxLength(80);
        builder.Property(task => task.DeadLetterId).HasMaxLength(40);
        builder.Property(task => task.Polls).HasDefaultValue(0);
        builder.Property(task => task.IsHeld).HasDefaultValue(false);
        builder.HasIndex(task => new { task.Kind, task.SubjectId }).IsUnique();
        builder.HasIndex(task => new { task.State, task.DueAt });
    }
}
