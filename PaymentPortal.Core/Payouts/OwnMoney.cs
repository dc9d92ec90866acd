using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// How much of what the PSP lets us use is the platform's own: all that is owed to sellers and buyers, or can't be placed, is taken off. A wallet
/// below zero counts as zero: a debt is not money that is there.
/// </summary>
internal static class OwnMoney
{
    /// <summary>What others are owed of what the PSP holds.</summary>
    public const string Others = """
        (SELECT COALESCE(SUM(CASE WHEN payable > 0 THEN payable ELSE 0 END + held), 0) FROM wallet_balances WHERE currency = $1)
            - (SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account >= 'psp:connected:' AND account < 'psp:connected;' AND currency = $1)
            - (SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account IN ('disputes:open', 'refunds:open', 'refunds:owed', 'suspense') AND currency = $1)
        """;

    private const string Owed = $"""
        SELECT {Others}
            + (SELECT COALESCE(SUM(amount), 0) FROM payouts WHERE seller_account IS NULL AND currency = $1 AND status IN ('REQUESTED', 'APPROVED', 'SENDING') AND payout_id <> $2)
        """;

    /// <summary>Never below zero. Other payouts of our own that have not left yet are taken off too.</summary>
    public static Money Left(UnitOfWork unit, Currency currency, PspBalance balance, PayoutId? besides = null)
    {
        var available = balance.Available.Where(amount => amount.Currency.Equals(currency)).Sum(amount => amount.Minor);
        return new Money(Math.Max(0, available - unit.Scalar(Owed, currency.Code, besides?.Value ?? "")), currency);
    }
}
