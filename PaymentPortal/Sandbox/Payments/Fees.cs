namespace PaymentPortal.Sandbox.Payments;

/// <summary>
/// What the sandbox keeps of a charge: 2.9 % rounded half up plus 30 minor units (90 in three-decimal currencies), never more than the charge.
/// The PSP's real prices differ by country and card; these are fixed so that tests can add up.
/// </summary>
public static class Fees
{
    private const long PerMille = 29;

    /// <summary>15 of the currency, 1,500 of one without decimals; kept also when the dispute is won.</summary>
    public static long OfDispute(string currency) => Currencies.Decimals(currency) switch { 0 => 1500, 3 => 15_000, _ => 1500 };

    public static long Of(long amount, string currency) =>
        Math.Min(amount, ((amount * PerMille) + 500) / 1000 + (Currencies.Decimals(currency) == 3 ? 90 : 30));
}
