using PaymentPortal.Sandbox.Control;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>What one piece of work knows of its surroundings: the connection, one moment for everything it writes, and whose request it is.</summary>
public sealed record SandboxUnit(SandboxDb Db, DateTimeOffset Now, SandboxOptions Options)
{
    /// <summary>The connected account acted for; empty is the platform itself.</summary>
    public string Account { get; init; } = "";

    /// <summary>Null outside API requests: events of timers and of the hosted page carry no request.</summary>
    public string? RequestId { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Absolute base of the hosted pages, as this request's sender can reach them.</summary>
    public string BaseAddress { get; init; } = "";

    /// <summary>Extra wait that the control API asks of new webhook deliveries.</summary>
    public TimeSpan WebhookDelay { get; init; }

    /// <summary>What is wrong in settlement files that are made now.</summary>
    public SettlementFaults Settlement { get; init; } = new();

    public long Seconds => Now.ToUnixTimeSeconds();

    public long Milliseconds => Now.ToUnixTimeMilliseconds();
}
