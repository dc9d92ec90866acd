using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

public enum DayCloseState
{
    /// <summary>One person has signed; nothing is locked.</summary>
    Signed,

    /// <summary>Two people have signed, and the day is locked for ever.</summary>
    Closed,
}

/// <summary>A day that was signed once or twice, with the digest of what was signed. Its figures and differences stand beside it, frozen.</summary>
public sealed class DayClose
{
    internal const string Columns = "day, state, digest, names, mark, remark, approval_id, first_by, first_at, second_by, closed_at, manifest_sha256, mac, key_id";

    /// <summary>A UTC day, like 2026-11-22.</summary>
    public required string Day { get; init; }

    public DayCloseState State { get; init; }

    public required string Digest { get; init; }

    /// <summary>SHA-256 over the differences as they were named.</summary>
    public required string Names { get; init; }

    /// <summary>How much there was of the day when it was signed first.</summary>
    public required string Mark { get; init; }

    public required string Remark { get; init; }

    public required string ApprovalId { get; init; }

    public required string FirstBy { get; init; }

    public DateTimeOffset FirstAt { get; init; }

    public string? SecondBy { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>SHA-256 of the evidence's list of checksums; a step writes it soon after the close.</summary>
    public string? ManifestSha256 { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }

    internal static DayClose? Find(UnitOfWork unit, string day) => unit.QueryFirst($"SELECT {Columns} FROM day_closes WHERE day = $1", Read, day);

    internal static DayClose Read(DbDataReader row) => new()
    {
        Day = row.GetString(0),
        State = Enum.Parse<DayCloseState>(row.GetString(1)),
        Digest = row.GetString(2),
        Names = row.GetString(3),
        Mark = row.GetString(4),
        Remark = row.GetString(5),
        ApprovalId = row.GetString(6),
        FirstBy = row.GetString(7),
        FirstAt = row.Moment(8),
        SecondBy = row.TextOrNull(9),
        ClosedAt = row.MomentOrNull(10),
        ManifestSha256 = row.TextOrNull(11),
        Mac = (byte[])row[12],
        KeyId = row.GetString(13),
    };

    internal byte[] MacUnder(MasterKey key) => new RowMac()
        .Add(Day).Add(State.ToString()).Add(Digest).Add(Names).Add(Mark).Add(Remark).Add(ApprovalId).Add(FirstBy).Add(FirstAt.ToMicroseconds()).Add(SecondBy).Add(ClosedAt?.ToMicroseconds()).Add(ManifestSha256).Compute(key);
}

/// <summary>A figure as it was signed.</summary>
internal sealed class DayCloseFigure
{
    public required string Day { get; init; }

    public required string Currency { get; init; }

    public required string Category { get; init; }

    public long? Orders { get; init; }

    public long Ledger { get; init; }

    public long Wallets { get; init; }

    public long? Psp { get; init; }
}

/// <summary>A difference as it was named to those who signed.</summary>
internal sealed class DayCloseItem
{
    public required string Day { get; init; }

    public int Number { get; init; }

    public required string Category { get; init; }

    public required string Item { get; init; }

    public required string Currency { get; init; }

    public long? Orders { get; init; }

    public long Ledger { get; init; }

    public long Wallets { get; init; }

    public long Psp { get; init; }

    public ItemReason Reason { get; init; }

    public string? About { get; init; }

    public required string Note { get; init; }
}

internal sealed class DayCloseMapping : IEntityTypeConfiguration<DayClose>
{
    public void Configure(EntityTypeBuilder<DayClose> builder)
    {
        builder.ToTable("day_closes").HasKey(close => close.Day);
        builder.Property(close => close.Day).HasMaxLength(10);
        builder.Property(close => close.Digest).HasMaxLength(64);
        builder.Property(close => close.Names).HasMaxLength(64);
        builder.Property(close => close.Mark).HasMaxLength(120);
        builder.Property(close => close.Remark).HasMaxLength(500);
        builder.Property(close => close.ApprovalId).HasMaxLength(40);
        builder.Property(close => close.FirstBy).HasMaxLength(256);
        builder.Property(close => close.SecondBy).HasMaxLength(256);
        builder.Property(close => close.ManifestSha256).HasMaxLength(64);
        builder.Property(close => close.Mac).HasMaxLength(RowMac.Length);
        builder.Property(close => close.KeyId).HasMaxLength(8);
    }
}

internal sealed class DayCloseFigureMapping : IEntityTypeConfiguration<DayCloseFigure>
{
    public void Configure(EntityTypeBuilder<DayCloseFigure> builder)
    {
        builder.ToTable("day_close_figures").HasKey(figure => new { figure.Day, figure.Currency, figure.Category });
        builder.Property(figure => figure.Day).HasMaxLength(10);
        builder.Property(figure => figure.Currency).HasMaxLength(3);
        builder.Property(figure => figure.Category).HasMaxLength(60);
        builder.HasOne<DayClose>().WithMany().HasForeignKey(figure => figure.Day).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DayCloseItemMapping : IEntityTypeConfiguration<DayCloseItem>
{
    public void Configure(EntityTypeBuilder<DayCloseItem> builder)
    {
        builder.ToTable("day_close_items").HasKey(item => new { item.Day, item.Number });
        builder.Property(item => item.Day).HasMaxLength(10);
        builder.Property(item => item.Category).HasMaxLength(60);
        builder.Property(item => item.Item).HasMaxLength(300);
        builder.Property(item => item.Currency).HasMaxLength(3);
        builder.Property(item => item.About).HasMaxLength(300);
        builder.Property(item => item.Note).HasMaxLength(500);
        builder.HasOne<DayClose>().WithMany().HasForeignKey(item => item.Day).OnDelete(DeleteBehavior.Restrict);
    }
}
