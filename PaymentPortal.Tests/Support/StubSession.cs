using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Support;

/// <summary>Sessions as the PSP port gives them, for tests that need many and no PSP.</summary>
internal static class StubSession
{
    public static PspSession Of(string id, string attempt, string pspKey, Money total, DateTimeOffset at) => new(
        id, SessionStatus.Open, SessionPayment.Unpaid, "https://psp.example/" + id, total, "pi_" + id, pspKey, attempt, at, at.AddDays(1), null, null, null, IsAsyncFailed: false, IsLive: false);

    public static PspSession Paid(PspSession session, Money? settledAs = null) =>
        session with { Status = SessionStatus.Complete, Payment = SessionPayment.Paid, Charge = Charge("ch_" + session.Id, session.Total, session.CreatedAt, isSettled: true, settledAs ?? session.Total) };

    public static PspCharge Charge(string id, Money amount, DateTimeOffset at, bool isSettled, Money settledAs)
    {
        var fee = new Money(30, settledAs.Currency);
        return new PspCharge(id, "pi_" + id, IsPaid: true, "succeeded", amount, null, null, null, "visa", "4242", at,
            isSettled ? new PspBalanceTransaction("txn_" + id, settledAs, fee, settledAs - fee, at, at.AddDays(2)) : null);
    }
}
