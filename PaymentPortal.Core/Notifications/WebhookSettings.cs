namespace PaymentPortal.Core.Notifications;

/// <summary>How merchant webhooks are sent.</summary>
public sealed record WebhookSettings
{
    /// <summary>Lets endpoints be loopback and private addresses, and plain http. Link-local and metadata addresses stay closed.</summary>
    public bool AllowsPrivateAddresses { get; init; }

    /// <summary>From the first byte sent to the last byte read.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
