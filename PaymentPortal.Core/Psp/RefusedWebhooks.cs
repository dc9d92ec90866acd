using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>How many webhooks of an hour were turned away at the door, and why.</summary>
public sealed class RefusedWebhookCount
{
    public DateTimeOffset Hour { get; init; }

    public required string Verdict { get; init; }

    public long Count { get; init; }
}

/// <summary>
/// Counts webhooks whose signature is not to be believed. Anybody can send those, so they cost no write each: counts wait in memory for the next flush,
/// and a crash may lose a few seconds of them.
/// </summary>
public sealed class RefusedWebhooks(WriteLane lane, SqlDialect dialect, TimeProvider time)
{
    private readonly ConcurrentDictionary<(long Hour, string Verdict), long> _waiting = new();

    /// <summary>True for the first of its verdict since the counts were last stored: that one is worth a line in the log, a flood is not.</summary>
    public bool Count(string verdict)
    {
        var moment = time.GetUtcNow().ToMicroseconds();
        return _waiting.AddOrUpdate((moment - (moment % 3_600_000_000), verdict), 1, (_, count) => count + 1) == 1;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _waiting.Keys)
        {
            if (!_waiting.TryRemove(key, out var count)) continue;
            await lane.RunAsync(
                unit => unit.Execute(
                    "INSERT INTO psp_refusals (hour, verdict, count) VALUES ($1, $2, $3) ON CONFLICT (hour, verdict) DO UPDATE SET count = psp_refusals.count + excluded.count",
                    Instants.FromMicroseconds(key.Hour), key.Verdict, count),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>By verdict, since the beginning of the hour of a moment; what was not flushed yet is counted too.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var hour = since.ToMicroseconds() - (since.ToMicroseconds() % 3_600_000_000);
        await using var connection = dialect.OpenReader();
        var stored = await connection.ReadAsync(
            "SELECT verdict, SUM(count) FROM psp_refusals WHERE hour >= $1 GROUP BY verdict", [hour], row => (Verdict: row.GetString(0), Count: row.GetInt64(1)), cancellationToken).ConfigureAwait(false);
        return stored.Concat(_waiting.Where(count => count.Key.Hour >= hour).Select(count => (count.Key.Verdict, Count: count.Value)))
            .GroupBy(count => count.Verdict, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(count => count.Count), StringComparer.Ordinal);
    }
}

internal sealed class RefusedWebhookCountMapping : IEntityTypeConfiguration<RefusedWebhookCount>
{
    public void Configure(EntityTypeBuilder<RefusedWebhookCount> builder)
    {
        builder.ToTable("psp_refusals").HasKey(count => new { count.Hour, count.Verdict });
        builder.Property(count => count.Verdict).HasMaxLength(40);
    }
}
