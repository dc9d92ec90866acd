using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Every combination of what the PSP says and what we know, against the rules written a second time, as a list of sentences.</summary>
public sealed class SessionRulesTests
{
    private static readonly Money Ours = Books.Usd(2500);
    private static readonly DateTimeOffset At = Books.Start;

    private enum Paying
    {
        AsAsked,
        NotSettled,
        OtherAmount,
        OtherCurrency,
        SettledOtherwise,
    }

    [Fact]
    public void Decide_EveryCombination_FollowsTheRules()
    {
        var seen = 0;
        foreach (var status in Enum.GetValues<SessionStatus>())
        foreach (var payment in Enum.GetValues<SessionPayment>())
        foreach (var paying in Enum.GetValues<Paying>())
        foreach (var order in Enum.GetValues<PaymentOrderStatus>())
        foreach (var wanted in new MoveCause?[] { null, MoveCause.Canceled, MoveCause.TooManyDeclines, MoveCause.CheckoutEnded })
        for (var flags = 0; flags < 16; flags++)
        {
            var (isOpen, isBooked, isHeld, isAsyncFailed) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
            var facts = new PaymentFacts(order, Ours, isOpen, isBooked, isHeld, wanted);
            var decision = SessionRules.Decide(facts, Session(status, payment, paying, isAsyncFailed));
            Assert.True(Expected(facts, status, payment, paying, isAsyncFailed) == decision, $"{status} {payment} {paying} async-failed={isAsyncFailed} with {facts} gave {decision}");
            seen++;
        }
        Assert.Equal(3 * 3 * 5 * 6 * 4 * 16, seen);
    }

    private static SessionDecision Expected(PaymentFacts ours, SessionStatus status, SessionPayment payment, Paying paying, bool isAsyncFailed)
    {
        var isUnderWay = ours is { IsAttemptOpen: true, Status: PaymentOrderStatus.Executing };
        if (status == SessionStatus.Open) return ours is { IsAttemptOpen: true, WantedEnd: null } ? SessionDecision.Wait : SessionDecision.ExpireSession;
        if (status == SessionStatus.Expired)
        {
            if (!isUnderWay) return SessionDecision.Wait;
            return ours.WantedEnd is null ? SessionDecision.EndAttempt : SessionDecision.EndCheckout;
        }
        if (payment == SessionPayment.NoPaymentRequired) return SessionDecision.Wait;
        if (payment == SessionPayment.Unpaid) return isAsyncFailed && ours.IsAttemptOpen ? SessionDecision.FailOrders : SessionDecision.Wait;
        if (ours.IsBooked || ours.IsHeldForFinance) return SessionDecision.AlreadyBooked;
        return paying switch
        {
            Paying.NotSettled => SessionDecision.Wait,
            Paying.SettledOtherwise => SessionDecision.HoldForFinance,
            Paying.OtherAmount or Paying.OtherCurrency => SessionDecision.BookDifferenceToSuspense,
            _ => isUnderWay ? SessionDecision.BookToOrders : SessionDecision.BookLateToSuspense,
        };
    }

    private static PspSession Session(SessionStatus status, SessionPayment payment, Paying paying, bool isAsyncFailed)
    {
        var total = paying switch
        {
            Paying.OtherAmount => Books.Usd(2501),
            Paying.OtherCurrency => new Money(2500, Currency.Of("EUR")),
            _ => Ours,
        };
        return StubSession.Of("cs_1", "att_1", "att_1:session:1", total, At) with
        {
            Status = status,
            Payment = payment,
            IsAsyncFailed = isAsyncFailed,
            Charge = StubSession.Charge("ch_1", total, At, isSettled: paying != Paying.NotSettled, settledAs: paying == Paying.SettledOtherwise ? Books.Usd(2400) : total),
        };
    }
}
