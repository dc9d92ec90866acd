using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>One report of one UTC day that we want from the PSP. One per kind and day.</summary>
public sealed class ReportOrder
{
    internal const string Columns = "order_id, kind, period_from, period_to, round, report_type, run_id, file_id, created_at, done_at";

    /// <summary>Kind and day, like <c>activity-2026-11-22</c>.</summary>
    public required string OrderId { get; init; }

    public SettlementKind Kind { get; init; }

    public DateTimeOffset PeriodFrom { get; init; }

    public DateTimeOffset PeriodTo { get; init; }

    /// <summary>Rises when a run failed and a person wants another.</summary>
    public int Round { get; init; }

    public string? ReportType { get; init; }

    public string? RunId { get; init; }

    public string? FileId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    internal static ReportOrder? Find(UnitOfWork unit, string id) => unit.QueryFirst($"SELECT {Columns} FROM report_orders WHERE order_id = $1", Read, id);

    internal static ReportOrder Read(DbDataReader row) => new()
    {
        OrderId = row.GetString(0),
        Kind = Enum.Parse<SettlementKind>(row.GetString(1)),
        PeriodFrom = row.Moment(2),
        PeriodTo = row.Moment(3),
        Round = row.GetInt32(4),
        ReportType = row.TextOrNull(5),
        RunId = row.TextOrNull(6),
        FileId = row.TextOrNull(7),
        CreatedAt = row.Moment(8),
        DoneAt = row.MomentOrNull(9),
    };
}

internal sealed class ReportOrderMapping : IEntityTypeConfiguration<ReportOrder>
{
    public void Configure(EntityTypeBuilder<ReportOrder> builder)
    {
        builder.ToTable("report_orders").HasKey(order => order.OrderId);
        builder.Property(order => order.OrderId).HasMaxLength(40);
        builder.Property(order => order.ReportType).HasMaxLength(100);
        builder.Property(order => order.RunId).HasMaxLength(255);
        builder.Property(order => order.FileId).HasMaxLength(40);
        builder.HasIndex(order => order.PeriodTo);
    }
}
