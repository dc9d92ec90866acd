using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>What the newest check of one invariant found, and since when it has been so.</summary>
public sealed class IntegrityResult
{
    public required string Code { get; init; }

    public InvariantState State { get; init; }

    /// <summary>When it came to stand as it stands.</summary>
    public DateTimeOffset Since { get; init; }

    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>Milliseconds of the newest check.</summary>
    public long Took { get; init; }

    /// <summary>What is wrong, or why it was not checked.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}

/// <summary>Keeps the newest result of each invariant, so that red is red since a moment, whoever asks and after any restart.</summary>
public sealed class IntegrityResults(SqlDialect dialect, WriteLane lane, ILogger<IntegrityResults> log)
{
    /// <summary>The lane's signal that a result was written.</summary>
    public const string Changed = "integrity";

    private const string Upsert = """
        INSERT INTO integrity_results (code, state, since, checked_at, took, findings) VALUES ($1, $2, $3, $3, $4, $5)
        ON CONFLICT (code) DO UPDATE SET since = CASE WHEN integrity_results.state = excluded.state THEN integrity_results.since ELSE excluded.since END,
            state = excluded.state, checked_at = excluded.checked_at, took = excluded.took, findings = excluded.findings
        """;

    public async Task<IReadOnlyList<IntegrityResult>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            "SELECT code, state, since, checked_at, took, findings FROM integrity_results ORDER BY code", [],
            row => new IntegrityResult
            {
                Code = row.GetString(0), State = Enum.Parse<InvariantState>(row.GetString(1)), Since = row.Moment(2), CheckedAt = row.Moment(3), Took = row.GetInt64(4),
                Findings = JsonSerializer.Deserialize<List<string>>(row.GetString(5))!,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How far each chain was verified, and by which anchor.</summary>
    public async Task<IReadOnlyList<ChainPlace>> PlacesAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await ChainPlaces.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Raises the alarm for what turns red by it.</summary>
    public async Task StoreAsync(IReadOnlyList<InvariantLine> lines, CancellationToken cancellationToken)
    {
        foreach (var line in await lane.RunAsync(unit => Store(unit, lines), cancellationToken).ConfigureAwait(false)) Log.TurnedRed(log, line.Code, line.Findings[0]);
    }

    private static List<InvariantLine> Store(UnitOfWork unit, IReadOnlyList<InvariantLine> lines)
    {
        var red = lines.Where(line => line.State == InvariantState.Broken && unit.Scalar("SELECT COUNT(*) FROM integrity_results WHERE code = $1 AND state = 'Broken'", line.Code) == 0).ToList();
        foreach (var line in lines) unit.Execute(Upsert, line.Code, line.State, unit.Now, (long)line.Took.TotalMilliseconds, JsonSerializer.Serialize(line.Findings));
        unit.Signal(Changed);
        return red;
    }
}

internal sealed class IntegrityResultMapping : IEntityTypeConfiguration<IntegrityResult>
{
    public void Configure(EntityTypeBuilder<IntegrityResult> builder)
    {
        builder.ToTable("integrity_results").HasKey(result => result.Code);
        builder.Property(result => result.Code).HasMaxLength(60);
        builder.Property(result => result.Findings).HasConversion(
            list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default), text => JsonSerializer.Deserialize<List<string>>(text, JsonSerializerOptions.Default)!);
    }
}
