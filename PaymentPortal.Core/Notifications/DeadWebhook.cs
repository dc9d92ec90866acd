using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>A delivery whose tries are used up. Sending it again is always safe: the receiver knows the repeat by its id.</summary>
public sealed class DeadWebhook : IDeadStep
{
    public string Kind => WebhookSendStep.Step;

    public string Label => "Tell the shop";

    public string Act => "'Send ' || (SELECT w.event_type FROM webhook_deliveries w WHERE w.delivery_id = d.subject_id) || ' to ' || (SELECT e.url FROM webhook_deliveries w JOIN webhook_endpoints e ON e.endpoint_id = w.endpoint_id WHERE w.delivery_id = d.subject_id) || ' again'";

    public IReadOnlyList<RedriveSkip> Skips { get; } =
    [
        new("webhook.delivered", "It was delivered meanwhile", "EXISTS (SELECT 1 FROM webhook_deliveries w WHERE w.delivery_id = d.subject_id AND w.state = 'Delivered')"),
        new("webhook.disabled", "Its endpoint is disabled or deleted", "EXISTS (SELECT 1 FROM webhook_deliveries w JOIN webhook_endpoints e ON e.endpoint_id = w.endpoint_id WHERE w.delivery_id = d.subject_id AND e.state <> 'Enabled')"),
    ];

    /// <summary>A webhook only tells of money: none is at risk.</summary>
    public DeadSubject Describe(UnitOfWork unit, string subjectId)
    {
        var about = unit.QueryFirst("SELECT aggregate_id FROM webhook_deliveries WHERE delivery_id = $1", row => row.GetString(0), subjectId);
        return new DeadSubject(Ids.TryParse<CheckoutId>(about, out var checkout) ? checkout.Value : null, null);
    }

    public void Revive(UnitOfWork unit, string subjectId) => unit.Execute("UPDATE webhook_deliveries SET state = 'Waiting' WHERE delivery_id = $1", subjectId);

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => null;

    public void GiveUp(UnitOfWork unit, string subjectId)
    {
        // It is Failed already, and stays on the Webhooks page, where it may still be sent again.
    }
}
