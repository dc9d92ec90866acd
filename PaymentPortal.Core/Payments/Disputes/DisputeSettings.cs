namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>What the host decides for all disputes.</summary>
/// <param name="Bearer">Who bears a lost one, unless finance decides otherwise about it.</param>
/// <param name="WarnBefore">How long before the end of the time for evidence people are warned.</param>
public sealed record DisputeSettings(DisputeBearer Bearer, TimeSpan WarnBefore)
{
    public static DisputeSettings Usual { get; } = new(DisputeBearer.Seller, TimeSpan.FromDays(3));
}
