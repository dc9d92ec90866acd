using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

/// <summary>Why a person of finance must look at a paid session.</summary>
public enum FinanceTaskKind
{
    /// <summary>Paid after the orders had ended, or paid twice through two sessions.</summary>
    LateSuccess,

    /// <summary>The PSP's session differs from ours in amount or currency: the PSP's figure is booked, the order waits for a person.</summary>
    AmountDiffers,

    /// <summary>The PSP settled the charge in another amount or currency than it charged: nothing is booked until a person has looked.</summary>
    SettlementDiffers,
}

public enum FinanceTaskState
{
    Open,
    Accepted,
}

/// <summary>Money that came but can't be placed by a rule: a person decides. Unique per session.</summary>
public sealed class FinanceTask
{
    public required string SessionId { get; init; }

    public required string CheckoutId { get; init; }

    public FinanceTaskKind Kind { get; init; }

    public FinanceTaskState State { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? ClosedBy { get; init; }
}

internal sealed class FinanceTaskMapping : IEntityTypeConfiguration<FinanceTask>
{
    public void Configure(EntityTypeBuilder<FinanceTask> builder)
    {
        builder.ToTable("finance_tasks").HasKey(task => task.SessionId);
        builder.Property(task => task.SessionId).HasMaxLength(255);
        builder.Property(task => task.CheckoutId).HasMaxLength(40);
        builder.Property(task => task.Currency).HasMaxLength(3);
        builder.Property(task => task.ClosedBy).HasMaxLength(256);
        builder.HasIndex(task => task.CheckoutId);
        builder.HasIndex(task => task.State);
    }
}
