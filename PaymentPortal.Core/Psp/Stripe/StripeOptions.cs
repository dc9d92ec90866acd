namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Where the PSP is and the key that opens it. The embedded sandbox differs from the real one by these two values only.</summary>
public sealed class StripeOptions
{
    /// <summary>May have a path, which goes in front of <c>/v1</c>.</summary>
    public required Uri BaseAddress { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>Whether the key moves real money: the PSP writes the mode into its keys (sk_live_…, rk_live_…).</summary>
    public bool IsLive => ApiKey.Contains("_live_", StringComparison.Ordinal);

    public PspGuardSettings Guard { get; init; } = new();

    public override string ToString() => BaseAddress.ToString();
}
