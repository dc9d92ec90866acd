using System.Globalization;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Pages.Health;

/// <summary>Signed events that are not about our money: another program uses our account, or a key and a webhook secret do not belong together.</summary>
public sealed class QuarantineFact(InboxQueries inbox, TimeProvider time) : IHealthFact
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    public string Name => "Events kept aside";

    public string Place => "/ops/webhooks/incoming";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var (unknown, wrongMode) = await inbox.QuarantinedAsync(time.GetUtcNow() - Recent, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<KeyValuePair<string, string>> figures = [new("About unknown objects", Count(unknown)), new("Of the wrong mode", Count(wrongMode))];
        return (unknown, wrongMode) switch
        {
            (0, 0) => new HealthFactResult(HealthLevel.Good, "None in the last 24 hours.", figures),
            (_, > 0) => new HealthFactResult(
                HealthLevel.Attention, $"{Count(wrongMode)} events of the last 24 hours are of the other mode (live or test) than our API key. Nothing was changed. Compare Psp:ApiKey and Psp:WebhookSecrets.", figures),
            _ => new HealthFactResult(HealthLevel.Attention, $"{Count(unknown)} signed events of the last 24 hours name objects that are not ours. Nothing was changed. Look whether something else uses our account at the PSP.", figures),
        };
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
