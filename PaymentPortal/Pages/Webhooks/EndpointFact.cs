using System.Globalization;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>Whether the merchant hears from us: endpoints that fail or were disabled, and what waits for them.</summary>
internal sealed class EndpointFact(WebhookEndpoints endpoints, WebhookQueries deliveries) : IHealthFact
{
    public string Name => "Merchant webhooks";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var all = await endpoints.ListAsync(cancellationToken).ConfigureAwait(false);
        var waiting = await deliveries.CountAsync(new DeliveryFilter(DeliveryState.Waiting), cancellationToken).ConfigureAwait(false);
        var failed = await deliveries.CountAsync(new DeliveryFilter(DeliveryState.Failed), cancellationToken).ConfigureAwait(false);
        var warned = all.Where(endpoint => endpoint is { State: EndpointState.Enabled, WarnedAt: not null }).ToList();
        var disabled = all.Where(endpoint => endpoint.State == EndpointState.Disabled && endpoint.FailingSince is not null).ToList();
        var (level, text) = (disabled.Count, warned.Count) switch
        {
            (> 0, _) => (HealthLevel.Attention, $"{Hosts(disabled)} was disabled after a week without a success: it hears nothing until an admin enables it."),
            (_, > 0) => (HealthLevel.Attention, $"{Hosts(warned)} has taken nothing for three days and is disabled after seven."),
            _ => (HealthLevel.Good, all.Count == 0 ? "No endpoint is set up." : "Endpoints take what they are sent."),
        };
        return new HealthFactResult(level, text, [new("Endpoints", Count(all.Count)), new("Waiting deliveries", Count(waiting)), new("Failed deliveries", Count(failed))]);
    }

    private static string Hosts(List<WebhookEndpoint> some) => string.Join(", ", some.Select(endpoint => new Uri(endpoint.Url).Host).Distinct());

    private static string Count(int number) => number > WebhookQueries.CountCap ? "10,000+" : number.ToString("N0", CultureInfo.InvariantCulture);
}
