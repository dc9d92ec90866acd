using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Retries;

public enum RedriveState
{
    /// <summary>Too large for one person: holds its letters until a second one has decided.</summary>
    Asked,
    Running,

    /// <summary>Nothing new is brought back until a person says so; what was, goes on.</summary>
    Paused,

    /// <summary>Ended before its end, by a person or by too many failures.</summary>
    Stopped,
    Done,
}

public enum RedriveItemState
{
    Waiting,

    /// <summary>Its step is alive again and has not ended.</summary>
    Working,
    Ok,
    FailedAgain,

    /// <summary>Left alone; the text says why.</summary>
    Skipped,

    /// <summary>Neither done nor dead after a while: its own policy goes on with it.</summary>
    GoesOn,
}

/// <summary>One redrive: many dead letters brought back at a chosen pace. Rows and a step of its own, so that it survives every restart.</summary>
public sealed class Redrive
{
    public required string RedriveId { get; init; }

    public RedriveState State { get; init; }

    /// <summary>What was chosen, in words.</summary>
    public required string Scope { get; init; }

    public required string Reason { get; init; }

    public required string MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>Items brought back a second, at most.</summary>
    public int PerSecond { get; init; }

    /// <summary>So many failures end it.</summary>
    public int StopAfter { get; init; }

    public int Total { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who or what ended it early.</summary>
    public string? EndedBy { get; init; }
}

/// <summary>One letter in a redrive, and what came of it.</summary>
public sealed class RedriveItem
{
    public required string RedriveId { get; init; }

    public int Seq { get; init; }

    public required string DeadLetterId { get; init; }

    public RedriveItemState State { get; init; }

    /// <summary>The code that it had died of.</summary>
    public required string Before { get; init; }

    public string? After { get; init; }

    public DateTimeOffset? ReleasedAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }
}

internal sealed class RedriveMapping : IEntityTypeConfiguration<Redrive>
{
    public void Configure(EntityTypeBuilder<Redrive> builder)
    {
        builder.ToTable("redrives").HasKey(redrive => redrive.RedriveId);
        builder.Property(redrive => redrive.RedriveId).HasMaxLength(40);
        builder.Property(redrive => redrive.Scope).HasMaxLength(300);
        builder.Property(redrive => redrive.Reason).HasMaxLength(500);
        builder.Property(redrive => redrive.MadeBy).HasMaxLength(256);
        builder.Property(redrive => redrive.EndedBy).HasMaxLength(256);
    }
}

internal sealed class RedriveItemMapping : IEntityTypeConfiguration<RedriveItem>
{
    public void Configure(EntityTypeBuilder<RedriveItem> builder)
    {
        builder.ToTable("redrive_items").HasKey(item => new { item.RedriveId, item.Seq });
        builder.Property(item => item.RedriveId).HasMaxLength(40);
        builder.Property(item => item.DeadLetterId).HasMaxLength(40);
        builder.Property(item => item.Before).HasMaxLength(80);
        builder.Property(item => item.After).HasMaxLength(700);
        builder.HasIndex(item => new { item.RedriveId, item.State, item.Seq });
        // One open redrive an item: two people who press at once make one.
        builder.HasIndex(item => item.DeadLetterId, "IX_redrive_items_one_open").IsUnique().HasFilter("state IN ('Waiting', 'Working')");
        builder.HasIndex(item => item.DeadLetterId, "IX_redrive_items_letter");
    }
}
