using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>A closed stretch of time: a UTC day, and with the first one all that was before it. Never removed.</summary>
internal sealed class LockedDay
{
    public required string Day { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    /// <summary>The newest entry when it was locked: one with a higher number must not be effective in it.</summary>
    public long LastSeq { get; init; }

    public DateTimeOffset LockedAt { get; init; }
}

/// <summary>Under which moment an entry is booked, in microseconds.</summary>
internal readonly record struct EntryPlace(long EffectiveAt, long? HappenedAt);

/// <summary>
/// The journal's lock: after a day is locked no entry becomes effective in it or before it. What happened there and is learnt later is booked at the
/// start of the first open day, and keeps the moment at which it happened.
/// </summary>
public static class LockedDays
{
    private const string Key = "locked-days";

    /// <summary>Where the first open day begins; 1970 while nothing is locked.</summary>
    public static DateTimeOffset Until(UnitOfWork unit) => Instants.FromMicroseconds(Edge(unit));

    /// <summary>Locks the day and all before it, in the unit that closes it.</summary>
    public static void Lock(UnitOfWork unit, DateOnly day)
    {
        var end = new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero).ToMicroseconds();
        if (end <= Edge(unit)) throw new InvalidOperationException($"{day:yyyy-MM-dd} is locked already.");
        unit.Execute(
            "INSERT INTO locked_days (day, starts_at, ends_at, last_seq, locked_at) VALUES ($1, $2, $3, $4, $5)",
            day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Edge(unit), end, unit.Scalar($"SELECT MAX(seq) FROM journal_entries WHERE chain_id = '{Journal.ChainId}'"), unit.Now);
        unit.Change(Key, end);
    }

    internal static EntryPlace Place(UnitOfWork unit, DateTimeOffset at)
    {
        var (moment, edge) = (at.ToMicroseconds(), Edge(unit));
        return moment < edge ? new EntryPlace(edge, moment) : new EntryPlace(moment, null);
    }

    private static long Edge(UnitOfWork unit) => unit.Known(Key, read => read.Scalar("SELECT MAX(ends_at) FROM locked_days"));
}

internal sealed class LockedDayMapping : IEntityTypeConfiguration<LockedDay>
{
    public void Configure(EntityTypeBuilder<LockedDay> builder)
    {
        builder.ToTable("locked_days").HasKey(day => day.Day);
        builder.Property(day => day.Day).HasMaxLength(10);
        builder.HasIndex(day => day.EndsAt).IsUnique();
    }
}
