using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>What a manual entry is for; the portal fills in the lines of all but the free one.</summary>
public enum ManualTemplate
{
    Free,
    FeeCorrection,
    WriteOff,
    SuspenseToOrder,
    Reversal,
}

public enum ManualEntryState
{
    /// <summary>Waits for the second person; nothing is booked.</summary>
    Proposed,

    Posted,

    /// <summary>Refused, withdrawn, expired or void: nothing was booked.</summary>
    Dropped,
}

/// <summary>An entry that a person wrote by hand, or a reversal that he asks for. Written by <see cref="ManualEntries"/> only.</summary>
public sealed class ManualEntry
{
    internal const string Columns = "manual_entry_id, template, state, lines, reverses, reason, made_by, made_at, entry_id";

    public required string ManualEntryId { get; init; }

    public ManualTemplate Template { get; init; }

    public ManualEntryState State { get; init; }

    /// <summary>Account and minor units of each line, as JSON; all of one currency.</summary>
    public required string Lines { get; init; }

    /// <summary>The entry that it would reverse.</summary>
    public string? Reverses { get; init; }

    public required string Reason { get; init; }

    public required string MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>What it became in the journal.</summary>
    public string? EntryId { get; init; }

    public IReadOnlyList<Posting> Postings => ReadLines(Lines);

    internal static string LinesOf(IReadOnlyList<Posting> postings) =>
        JsonSerializer.Serialize(postings.Select(posting => new Line(posting.Account.Code, posting.Amount.Minor, posting.Amount.Currency.Code)));

    internal static ManualEntry Read(DbDataReader row) => new()
    {
        ManualEntryId = row.GetString(0),
        Template = Enum.Parse<ManualTemplate>(row.GetString(1)),
        State = Enum.Parse<ManualEntryState>(row.GetString(2)),
        Lines = row.GetString(3),
        Reverses = row.IsDBNull(4) ? null : row.GetString(4),
        Reason = row.GetString(5),
        MadeBy = row.GetString(6),
        MadeAt = Instants.FromMicroseconds(row.GetInt64(7)),
        EntryId = row.IsDBNull(8) ? null : row.GetString(8),
    };

    private static List<Posting> ReadLines(string text) =>
        [.. JsonSerializer.Deserialize<Line[]>(text)!.Select(line => new Posting(Account.Of(line.Account), new Money(line.Minor, Currency.Of(line.Currency))))];

    private sealed record Line(string Account, long Minor, string Currency);
}

internal sealed class ManualEntryMapping : IEntityTypeConfiguration<ManualEntry>
{
    public void Configure(EntityTypeBuilder<ManualEntry> builder)
    {
        builder.ToTable("manual_entries").HasKey(row => row.ManualEntryId);
        builder.Property(row => row.ManualEntryId).HasMaxLength(40);
        builder.Property(row => row.Reverses).HasMaxLength(40);
        builder.Property(row => row.Reason).HasMaxLength(500);
        builder.Property(row => row.MadeBy).HasMaxLength(100);
        builder.Property(row => row.EntryId).HasMaxLength(40);
        builder.Ignore(row => row.Postings);
        // Two people who see the same fault ask for one reversal.
        builder.HasIndex(row => row.Reverses).IsUnique().HasFilter("reverses IS NOT NULL AND state = 'Proposed'");
    }
}
