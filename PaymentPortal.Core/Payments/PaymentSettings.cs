namespace PaymentPortal.Core.Payments;

/// <summary>What the host decides for all payments. The public address may only be known once the server listens.</summary>
public sealed class PaymentSettings
{
    public required Func<string> PublicBaseAddress { get; init; }

    /// <summary>The platform's share of each order in basis points, unless the seller has a rate of his own.</summary>
    public int PlatformFeeBasisPoints { get; init; } = 250;

    /// <summary>Shown to the buyer on the checkout page.</summary>
    public string MerchantName { get; init; } = "Demo platform";
}
