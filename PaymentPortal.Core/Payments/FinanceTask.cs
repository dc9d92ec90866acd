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

    /// <summary>A refund that the bank gave back: we still owe the buyer.</summary>
    RefundOwed,
}

public enum FinanceTaskState
{
    Open,

    /// <summary>The money became the orders' pay-in.</summary>
    Accepted,

    /// <summary>The PSP has given the money back to the buyer.</summary>
    Refunded,

    /// <summary>The buyer was paid outside the PSP.</summary>
    PaidElsewhere,

    /// <summary>The bank took the money back by a dispute that was lost.</summary>
    LostToDispute,
}

/// <summary>Money that no rule can place: a person decides. Unique per session, and for an owed refund per refund.</summary>
public sealed class FinanceTask
{
    /// <summary>The session whose money it is; for an owed refund the refund.</summary>
    public required string SessionId { get; init; }

    public required string CheckoutId { get; init; }

    public FinanceTaskKind Kind { get; init; }

    public FinanceTaskState State { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary>The refund that gives the money back, from the moment it is asked for; empty again when it comes to nothing.</summary>
    public string? RefundId { get; init; }

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
        builder.Property(task => task.RefundId).HasMaxLength(40);
        builder.Property(task => task.ClosedBy).HasMaxLength(256);
        builder.HasIndex(task => new { task.CheckoutId, task.State });
        builder.HasIndex(task => task.State);
    }
}
