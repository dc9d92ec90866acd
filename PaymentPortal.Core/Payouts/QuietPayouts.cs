using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payouts;

/// <summary>What must be true of payouts once everything that was begun has come to its end. One that the PSP has may take days.</summary>
public static class QuietPayouts
{
    public static IReadOnlyList<IInvariant> Of(VerifyScope scope) =>
    [
        new QuietInvariant("quiet-05", "No payout is on its way to the PSP or back.", """
            SELECT 'payout ' || payout_id || ' is ' || status FROM payouts WHERE status IN ('APPROVED', 'SENDING') OR is_taking_back
            """, scope),
    ];
}
