using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Health;

/// <summary>Which store this is, and that it answers.</summary>
internal sealed class DatabaseFact(SqlDialect dialect, IDbContextFactory<PortalDb> databases) : IHealthFact
{
    public string Name => "Database";

    public bool HoldsTraffic => true;

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var connection = db.Database.GetDbConnection();
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).ToArray();
        return new HealthFactResult(HealthLevel.Good, "Answers.",
        [
            new("Kind", dialect.Name),
            new("Version", connection.ServerVersion),
            new("Schema", applied.LastOrDefault() ?? "none"),
        ]);
    }
}

/// <summary>The one way to write: a lane whose disk is full refuses everything until a probe commits.</summary>
internal sealed class WriteLaneFact(WriteLane lane) : IHealthFact
{
    /// <summary>More than a few batches waiting means that writers are faster than the disk.</summary>
    private const int ManyWaiting = 2_000;

    public string Name => "Write lane";

    public bool HoldsTraffic => true;

    public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var figures = lane.Figures;
        var (level, text) = figures switch
        {
            { IsFull: true } => (HealthLevel.Down, "The disk was full at the last commit: every write is refused until there is room."),
            { Waiting: > ManyWaiting } => (HealthLevel.Attention, "Writes arrive faster than they commit."),
            _ => (HealthLevel.Good, "Writes commit."),
        };
        return Task.FromResult(new HealthFactResult(level, text,
        [
            new("Units since start", Count(figures.Units)),
            new("Commits since start", Count(figures.Commits)),
            new("Refused since start", Count(figures.Refused)),
            new("Waiting now", Count(figures.Waiting)),
        ]));
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
