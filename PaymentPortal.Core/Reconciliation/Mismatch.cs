using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Who has to do something about it.</summary>
public enum MismatchClass
{
    /// <summary>Its cause is known, and it was settled within a limit.</summary>
    Automatic,

    /// <summary>Its cause is known; a person must act.</summary>
    Person,

    /// <summary>To be looked into.</summary>
    Investigate,
}

public enum MismatchState
{
    Open,

    /// <summary>Left alone until a day: it should settle by itself.</summary>
    Timing,

    /// <summary>An entry for it waits for a second person.</summary>
    Asked,
    Resolved,
    Ignored,

    /// <summary>Its file was rolled back.</summary>
    Withdrawn,
}

/// <summary>One difference between the PSP's word and our books. Its state is proved by its history.</summary>
public sealed class Mismatch
{
    public const string Table = "mismatches";

    internal const string Columns = """
        mismatch_id, kind, class, state, file_id, line, fact, transaction_id, category, source_id, their_currency, their_gross, their_fee, our_currency, our_gross, our_fee, variance, currency, checkout_id,
        happened_at, opened_at, due_at, timing_until, owner, proposal, entry_id, closed_at, history_version, batch_id
        """;

    public required string MismatchId { get; init; }

    public MismatchKind Kind { get; init; }

    public MismatchClass Class { get; init; }

    public MismatchState State { get; init; }

    /// <summary>The line that it was found at; null where the PSP told of nothing.</summary>
    public string? FileId { get; init; }

    public int? Line { get; init; }

    /// <summary>What of ours it is about; null where we know of nothing.</summary>
    public string? Fact { get; init; }

    public string? TransactionId { get; init; }

    public required string Category { get; init; }

    public string? SourceId { get; init; }

    public string? TheirCurrency { get; init; }

    public long? TheirGross { get; init; }

    public long? TheirFee { get; init; }

    public string? OurCurrency { get; init; }

    public long? OurGross { get; init; }

    public long? OurFee { get; init; }

    /// <summary>Their net less ours: what psp:clearing would have to grow by. Of two currencies, theirs.</summary>
    public long Variance { get; init; }

    public required string Currency { get; init; }

    public string? CheckoutId { get; init; }

    public DateTimeOffset HappenedAt { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>By money and age: the more, the sooner.</summary>
    public DateTimeOffset DueAt { get; init; }

    public DateTimeOffset? TimingUntil { get; init; }

    /// <summary>The member of staff who looks after it.</summary>
    public string? Owner { get; init; }

    /// <summary>What was asked of the second person.</summary>
    public MismatchEntry? Proposal { get; init; }

    /// <summary>The entry that settled it.</summary>
    public string? EntryId { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public long HistoryVersion { get; init; }

    /// <summary>The entries that are asked for, or were booked, together with its own.</summary>
    public string? BatchId { get; init; }

    public Money Difference => new(Variance, Common.Currency.Of(Currency));

    internal static Mismatch? Find(UnitOfWork unit, string id) => unit.QueryFirst($"SELECT {Columns} FROM mismatches WHERE mismatch_id = $1", Read, id);

    internal static Mismatch Read(DbDataReader row) => new()
    {
        MismatchId = row.GetString(0),
        Kind = Enum.Parse<MismatchKind>(row.GetString(1)),
        Class = Enum.Parse<MismatchClass>(row.GetString(2)),
        State = Enum.Parse<MismatchState>(row.GetString(3)),
        FileId = row.TextOrNull(4),
        Line = (int?)row.NumberOrNull(5),
        Fact = row.TextOrNull(6),
        TransactionId = row.TextOrNull(7),
        Category = row.GetString(8),
        SourceId = row.TextOrNull(9),
        TheirCurrency = row.TextOrNull(10),
        TheirGross = row.NumberOrNull(11),
        TheirFee = row.NumberOrNull(12),
        OurCurrency = row.TextOrNull(13),
        OurGross = row.NumberOrNull(14),
        OurFee = row.NumberOrNull(15),
        Variance = row.GetInt64(16),
        Currency = row.GetString(17),
        CheckoutId = row.TextOrNull(18),
        HappenedAt = row.Moment(19),
        OpenedAt = row.Moment(20),
        DueAt = row.Moment(21),
        TimingUntil = row.MomentOrNull(22),
        Owner = row.TextOrNull(23),
        Proposal = row.TextOrNull(24) is { } proposal ? Enum.Parse<MismatchEntry>(proposal) : null,
        EntryId = row.TextOrNull(25),
        ClosedAt = row.MomentOrNull(26),
        HistoryVersion = row.GetInt64(27),
        BatchId = row.TextOrNull(28),
    };
}

/// <summary>Which entry settles a mismatch.</summary>
public enum MismatchEntry
{
    /// <summary>Our books follow the PSP's: fees to psp:fees, all else to suspense.</summary>
    Adjust,

    /// <summary>Our books follow the PSP's, and what is missing is our loss.</summary>
    WriteOff,
}

/// <summary>One move of a mismatch: never changed, MACed, without a gap. Notes stand here too.</summary>
public sealed class MismatchHistoryLine
{
    public required string MismatchId { get; init; }

    public long Version { get; init; }

    public MismatchState? FromStatus { get; init; }

    public MismatchState ToStatus { get; init; }

    public MismatchCause Cause { get; init; }

    public required string Actor { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset At { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }
}

internal sealed class MismatchMapping : IEntityTypeConfiguration<Mismatch>
{
    public void Configure(EntityTypeBuilder<Mismatch> builder)
    {
        builder.ToTable(Mismatch.Table).HasKey(mismatch => mismatch.MismatchId);
        builder.Ignore(mismatch => mismatch.Difference);
        builder.Property(mismatch => mismatch.MismatchId).HasMaxLength(40);
        builder.Property(mismatch => mismatch.FileId).HasMaxLength(40);
        builder.Property(mismatch => mismatch.Fact).HasMaxLength(300);
        builder.Property(mismatch => mismatch.TransactionId).HasMaxLength(255);
        builder.Property(mismatch => mismatch.Category).HasMaxLength(60);
        builder.Property(mismatch => mismatch.SourceId).HasMaxLength(255);
        builder.Property(mismatch => mismatch.TheirCurrency).HasMaxLength(3);
        builder.Property(mismatch => mismatch.OurCurrency).HasMaxLength(3);
        builder.Property(mismatch => mismatch.Currency).HasMaxLength(3);
        builder.Property(mismatch => mismatch.CheckoutId).HasMaxLength(40);
        builder.Property(mismatch => mismatch.Owner).HasMaxLength(256);
        builder.Property(mismatch => mismatch.EntryId).HasMaxLength(40);
        builder.Property(mismatch => mismatch.BatchId).HasMaxLength(40);
        // A line has one at most, and so has a fact that no line tells of.
        builder.HasIndex(mismatch => new { mismatch.FileId, mismatch.Line }).IsUnique().HasFilter("state <> 'Withdrawn' AND file_id IS NOT NULL");
        builder.HasIndex(mismatch => mismatch.Fact).IsUnique().HasFilter("file_id IS NULL AND state <> 'Withdrawn'");
        builder.HasIndex(mismatch => new { mismatch.State, mismatch.DueAt });
        builder.HasIndex(mismatch => new { mismatch.Class, mismatch.ClosedAt });
        builder.HasIndex(mismatch => mismatch.BatchId).HasFilter("batch_id IS NOT NULL");
        builder.HasOne<SettlementLine>().WithMany().HasForeignKey(mismatch => new { mismatch.FileId, mismatch.Line }).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MismatchHistoryMapping : IEntityTypeConfiguration<MismatchHistoryLine>
{
    public void Configure(EntityTypeBuilder<MismatchHistoryLine> builder)
    {
        builder.ToTable("mismatch_history").HasKey(line => new { line.MismatchId, line.Version });
        builder.Property(line => line.MismatchId).HasMaxLength(40);
        builder.Property(line => line.Actor).HasMaxLength(256);
        builder.Property(line => line.Note).HasMaxLength(500);
        builder.Property(line => line.Mac).HasMaxLength(RowMac.Length);
        builder.Property(line => line.KeyId).HasMaxLength(8);
    }
}
