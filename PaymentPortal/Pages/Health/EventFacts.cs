using System.Globalization;
using PaymentPortal.Core.Events;

namespace PaymentPortal.Pages.Health;

/// <summary>Whether facts reach their consumers: the log's end, what waits for a position, and how far each consumer has read.</summary>
internal sealed class EventLogFact(EventFeed feed, TimeProvider time) : IHealthFact
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    public string Name => "Events";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var state = await feed.StateAsync(cancellationToken).ConfigureAwait(false);
        var parked = state.Consumers.Sum(consumer => consumer.Parked);
        var isSlow = state.WaitingSince is { } since && time.GetUtcNow() - since > LongWait;
        var (level, text) = (parked, isSlow) switch
        {
            (> 0, _) => (HealthLevel.Attention, $"{Count(parked)} facts wait because a consumer can't apply one: {Count(state.Consumers.Sum(consumer => consumer.Dead))} are dead letters, the others are tried again. The first: {state.Consumers.First(consumer => consumer.Parked > 0).Error}"),
            (_, true) => (HealthLevel.Attention, "Facts have waited for their position for more than a minute."),
            _ => (HealthLevel.Good, "Every fact reaches its consumers."),
        };
        return new HealthFactResult(level, text,
        [
            new("Facts in the log", Count(state.LastPosition)),
            new("Waiting for a position", Count(state.Waiting)),
            .. state.Consumers.Select(consumer => new KeyValuePair<string, string>($"Behind: {consumer.Consumer}", Count(state.LastPosition - consumer.Position))),
        ]);
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
