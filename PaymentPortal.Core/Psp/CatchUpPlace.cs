using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>How far one of the PSP's own lists has been compared with what we have.</summary>
public sealed class CatchUpPlace
{
    public required string Name { get; init; }

    /// <summary>Everything that the PSP made before this moment was looked at.</summary>
    public DateTimeOffset ReadTo { get; init; }

    public DateTimeOffset RanAt { get; init; }

    /// <summary>What differed, over all runs.</summary>
    public long Found { get; init; }

    /// <summary>Why the last run stopped short; null when it did not.</summary>
    public string? Error { get; init; }
}

/// <summary>Keeps the places, so that a list is read on where the last run ended, whatever stopped it.</summary>
internal static class CatchUpPlaces
{
    public const string Events = "psp.events";
    public const string Sessions = "psp.sessions";

    public static async Task<CatchUpPlace?> FindAsync(SqlDialect dialect, string name, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            "SELECT read_to, ran_at, found, error FROM psp_catch_up WHERE name = $1", [name],
            row => new CatchUpPlace { Name = name, ReadTo = row.Moment(0), RanAt = row.Moment(1), Found = row.GetInt64(2), Error = row.TextOrNull(3) }, cancellationToken).ConfigureAwait(false);
        return found.SingleOrDefault();
    }

    public static int Store(UnitOfWork unit, string name, DateTimeOffset readTo, int found, string? error) => unit.Execute(
        """
        INSERT INTO psp_catch_up (name, read_to, ran_at, found, error) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name) DO UPDATE SET read_to = excluded.read_to, ran_at = excluded.ran_at, found = psp_catch_up.found + excluded.found, error = excluded.error
        """,
        name, readTo, unit.Now, found, error is null ? null : StoredText.Cut(error));

    /// <summary>Our own client gives up on a list that is longer than it reads: no answer of the PSP's bears this.</summary>
    public static bool IsTooLong(PspError? error) => error is { HttpStatus: null, Code: PspErrorCodes.BadAnswer };
}

internal sealed class CatchUpPlaceMapping : IEntityTypeConfiguration<CatchUpPlace>
{
    public void Configure(EntityTypeBuilder<CatchUpPlace> builder)
    {
        builder.ToTable("psp_catch_up").HasKey(place => place.Name);
        builder.Property(place => place.Name).HasMaxLength(40);
        builder.Property(place => place.Error).HasMaxLength(500);
    }
}
