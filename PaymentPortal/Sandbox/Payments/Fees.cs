namespace PaymentPortal.Sandbox.Payments;

/// <summary>
/// What the sandbox keeps of a charge: 2.9 % rounded half up plus 30 minor units (90 in three-decimal currencies), never more than the charge.
/// The PSP's real prices differ by country and card; these are fixed so that tests can add up.
/// </summary>
public static class Fees
{
    private const long PerMille = 29;

    public static long Of(long amount, string currency) =>
        Math.Min(amount, ((amount * PerMille) + 500) / 1000 + (Currencies.Decimals(currency) == 3 ? 90 : 30));
}
