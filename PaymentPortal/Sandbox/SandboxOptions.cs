namespace PaymentPortal.Sandbox;

/// <summary>Settings of the sandbox PSP (section "Sandbox"). Everything it keeps lives in <see cref="DataFile"/>, nothing beside it.</summary>
public sealed class SandboxOptions
{
    public const string Section = "Sandbox";

    public bool Enabled { get; set; }

    /// <summary>The one secret key that the sandbox accepts, on the API and on its control API.</summary>
    public string ApiKey { get; set; } = "sk_test_sandbox";

    /// <summary>Path of the sandbox's own SQLite file.</summary>
    public string DataFile { get; set; } = "sandbox.db";

    /// <summary>Absolute base of the hosted pages' addresses, such as http://localhost:5080/sandbox/psp; null takes it from each request.</summary>
    public string? PublicBaseAddress { get; set; }

    /// <summary>With <see cref="DefaultWebhookSecret"/>: an endpoint for all events that exists from the start.</summary>
    public string? DefaultWebhookUrl { get; set; }

    public string? DefaultWebhookSecret { get; set; }

    /// <summary>Secret of a second endpoint at the same address, for the events of connected accounts.</summary>
    public string? DefaultConnectSecret { get; set; }

    /// <summary>Wait before the first repeat of a failed webhook; each further wait is double the one before it.</summary>
    public int FirstWebhookRetrySeconds { get; set; } = 10;

    public int LongestWebhookRetrySeconds { get; set; } = 120;

    /// <summary>A receiver that has not answered by then has failed, as at Stripe.</summary>
    public int WebhookTimeoutSeconds { get; set; } = 10;

    /// <summary>When a word comes that takes its time: of banks on payments and refunds, of cardholders and of those who judge disputes.</summary>
    public int AsyncOutcomeSeconds { get; set; } = 3;

    /// <summary>How long a charge of capture_method automatic_async stays without its balance transaction.</summary>
    public int AsyncCaptureSeconds { get; set; } = 1;

    /// <summary>How long a payout can still be cancelled.</summary>
    public int PayoutPendingSeconds { get; set; } = 4;

    /// <summary>How long a payout is on its way after that.</summary>
    public int PayoutTransitSeconds { get; set; } = 4;

    /// <summary>When a payout comes back that was paid to a bank account which sends back.</summary>
    public int PayoutReturnSeconds { get; set; } = 60;

    /// <summary>How long a report takes.</summary>
    public int ReportSeconds { get; set; } = 1;

    /// <summary>Age of an object from which search finds it.</summary>
    public int SearchLagSeconds { get; set; } = 1;

    /// <summary>How long a fault of kind timeout holds a connection that its client does not give up.</summary>
    public int LongestHoldSeconds { get; set; } = 120;

    /// <summary>
    /// A sandbox that is its own process signs webhooks with the real time, for its receiver's clock does not move with the control API's.
    /// False (the receiver shares our TimeProvider): signatures follow the moved clock too.
    /// </summary>
    public bool SignWithRealTime { get; set; }
}
