using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

public enum SettlementFileState
{
    /// <summary>Coming in. What a process that died left in this state is thrown away.</summary>
    Reading,

    /// <summary>Read and shown; counts for nothing.</summary>
    Staged,

    /// <summary>Accepted; its lines are being matched.</summary>
    Accepting,

    Accepted,

    /// <summary>Being taken back.</summary>
    RollingBack,

    /// <summary>Accepted once and taken back whole.</summary>
    RolledBack,

    /// <summary>Never accepted.</summary>
    Discarded,
}

/// <summary>Which movements a file tells of.</summary>
public enum SettlementKind
{
    /// <summary>All that touched our balance, but payouts.</summary>
    Activity,
    Payouts,
}

public enum SettlementOrigin
{
    Upload,
    Api,
    Verb,

    /// <summary>Ordered from the PSP by us.</summary>
    Psp,
}

/// <summary>A row that could not be read, as a person is shown it.</summary>
public sealed record UnreadableRow(int Line, string Why, string Raw);

/// <summary>A file of the PSP's, with its preview. Only the lines are evidence; the file itself is not kept.</summary>
public sealed class SettlementFile
{
    internal const string Table = "settlement_files";

    internal const string Columns = """
        file_id, psp, name, sha256, kind, origin, state, rows, unreadable, faults, known_rows, period_from, period_to, matched_to, known_from, uploaded_by, uploaded_at, accepted_by, accepted_at,
        ended_by, ended_at, reason, is_swept
        """;

    public required string FileId { get; init; }

    public required string Psp { get; init; }

    /// <summary>Without path and odd characters: it is shown, never opened.</summary>
    public required string Name { get; init; }

    public required string Sha256 { get; init; }

    public SettlementKind Kind { get; init; }

    public SettlementOrigin Origin { get; init; }

    public SettlementFileState State { get; init; }

    public int Rows { get; init; }

    public int Unreadable { get; init; }

    /// <summary>The first unreadable rows, as JSON: their text may name people.</summary>
    public Sealed? Faults { get; init; }

    /// <summary>Rows that count in an accepted file already.</summary>
    public int KnownRows { get; init; }

    /// <summary>What it tells of: as ordered from the PSP, otherwise the UTC days of its rows.</summary>
    public DateTimeOffset? PeriodFrom { get; init; }

    public DateTimeOffset? PeriodTo { get; init; }

    /// <summary>Lines up to here are matched.</summary>
    public int MatchedTo { get; init; }

    /// <summary>The files in which its known lines count, comma by comma.</summary>
    public required string KnownFrom { get; init; }

    public required string UploadedBy { get; init; }

    public DateTimeOffset UploadedAt { get; init; }

    public string? AcceptedBy { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public string? EndedBy { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it was rolled back or discarded.</summary>
    public string? Reason { get; init; }

    /// <summary>All that is ours in its period had its time to turn up.</summary>
    public bool IsSwept { get; init; }

    internal static SettlementFile? Find(UnitOfWork unit, SettlementFileId id) => unit.QueryFirst($"SELECT {Columns} FROM settlement_files WHERE file_id = $1", Read, id.Value);

    internal static SettlementFile Read(DbDataReader row) => new()
    {
        FileId = row.GetString(0),
        Psp = row.GetString(1),
        Name = row.GetString(2),
        Sha256 = row.GetString(3),
        Kind = Enum.Parse<SettlementKind>(row.GetString(4)),
        Origin = Enum.Parse<SettlementOrigin>(row.GetString(5)),
        State = Enum.Parse<SettlementFileState>(row.GetString(6)),
        Rows = row.GetInt32(7),
        Unreadable = row.GetInt32(8),
        Faults = row.IsDBNull(9) ? null : new Sealed((byte[])row[9]),
        KnownRows = row.GetInt32(10),
        PeriodFrom = row.MomentOrNull(11),
        PeriodTo = row.MomentOrNull(12),
        MatchedTo = row.GetInt32(13),
        KnownFrom = row.GetString(14),
        UploadedBy = row.GetString(15),
        UploadedAt = row.Moment(16),
        AcceptedBy = row.TextOrNull(17),
        AcceptedAt = row.MomentOrNull(18),
        EndedBy = row.TextOrNull(19),
        EndedAt = row.MomentOrNull(20),
        Reason = row.TextOrNull(21),
        IsSwept = row.GetInt64(22) == 1,
    };
}

/// <summary>The control totals of a file in one currency: what its lines add up to.</summary>
public sealed class SettlementTotal
{
    public required string FileId { get; init; }

    public required string Currency { get; init; }

    public int Rows { get; init; }

    public long Gross { get; init; }

    public long Fee { get; init; }

    public long Net { get; init; }
}

internal sealed class SettlementFileMapping : IEntityTypeConfiguration<SettlementFile>
{
    public void Configure(EntityTypeBuilder<SettlementFile> builder)
    {
        builder.ToTable("settlement_files").HasKey(file => file.FileId);
        builder.Property(file => file.FileId).HasMaxLength(40);
        builder.Property(file => file.Psp).HasMaxLength(20);
        builder.Property(file => file.Name).HasMaxLength(120);
        builder.Property(file => file.Sha256).HasMaxLength(64);
        builder.Property(file => file.Faults).IsSealed();
        builder.Property(file => file.UploadedBy).HasMaxLength(256);
        builder.Property(file => file.AcceptedBy).HasMaxLength(256);
        builder.Property(file => file.EndedBy).HasMaxLength(256);
        builder.Property(file => file.Reason).HasMaxLength(500);
        builder.Property(file => file.IsSwept).HasDefaultValue(false);
        builder.HasIndex(file => file.Sha256).IsUnique().HasFilter("state IN ('Staged', 'Accepting', 'Accepted', 'RollingBack')");
        builder.HasIndex(file => new { file.State, file.PeriodTo });
    }
}

internal sealed class SettlementTotalMapping : IEntityTypeConfiguration<SettlementTotal>
{
    public void Configure(EntityTypeBuilder<SettlementTotal> builder)
    {
        builder.ToTable("settlement_totals").HasKey(total => new { total.FileId, total.Currency });
        builder.Property(total => total.FileId).HasMaxLength(40);
        builder.Property(total => total.Currency).HasMaxLength(3);
        builder.HasOne<SettlementFile>().WithMany().HasForeignKey(total => total.FileId).OnDelete(DeleteBehavior.Restrict);
    }
}
