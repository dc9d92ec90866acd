using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// What finance may take out of suspense by hand: what was put there by hand or by an adjustment. Money of a payment has a task of its own, and whoever
/// took it past the task could give it away twice.
/// </summary>
internal static class SuspenseByHand
{
    /// <summary>The balance of <c>suspense</c> without the money of payments, in one currency; a credit is below zero.</summary>
    private const string Ours = """
        SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id LEFT JOIN journal_entries o ON o.entry_id = e.reverses
        WHERE p.account = 'suspense' AND p.currency = $1 AND COALESCE(o.kind, e.kind) IN ('Manual', 'Adjustment')
        """;

    /// <summary>Null when these lines leave the money of payments alone.</summary>
    public static Refusal? WhyNot(UnitOfWork unit, IReadOnlyList<Posting> lines)
    {
        var taken = lines.Where(line => line.Account == Account.Suspense).Sum(line => line.Amount.Minor);
        var currency = lines[0].Amount.Currency;
        if (taken <= 0 || unit.Scalar(Ours, currency.Code) + taken <= 0) return null;
        return new Refusal(RefusalCodes.StateConflict, 409,
            "Not that much was put into suspense by hand or by an adjustment. The rest is money of payments, and each has a task of finance: accept it or refund it on the page of its payment. Nothing was booked.", "lines");
    }
}
