namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// What is settled without a person, in minor units of a currency: per difference and per UTC day. What is above either waits for one.
/// </summary>
/// <param name="FeeRounding">A charge's fee that differs by so little is the PSP's rounding.</param>
/// <param name="OwnFee">A fee of the PSP's that belongs to no charge.</param>
public sealed record Tolerances(long FeeRounding, long FeeRoundingDaily, long OwnFee, long OwnFeeDaily)
{
    public static readonly Tolerances Usual = new(2, 200, 10_000, 50_000);
}
