using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Refunds;

namespace PaymentPortal.Tests.Payments.Refunds;

public sealed class RefundRoundingTests
{
    private static readonly Currency Usd = Currency.Of("USD");

    [Fact]
    public void Parts_OfAnyRefunds_AddUpToTheFee() => Prop.ForAll((PositiveInt amount, NonNegativeInt fee, PositiveInt[] parts) => AddUp(amount, fee, parts)).QuickCheckThrowOnFailure();

    /// <summary>Also when refunds in between came to nothing, no part is below zero and neither side ever gives more than it got.</summary>
    [Fact]
    public void Parts_WithSomeTakenBack_StayWithinBothShares() => Prop.ForAll((PositiveInt amount, NonNegativeInt fee, (int Part, bool IsTakenBack)[] acts) => StayWithin(amount, fee, acts)).QuickCheckThrowOnFailure();

    private static bool AddUp(PositiveInt amount, NonNegativeInt fee, PositiveInt[] parts)
    {
        var (order, platform) = (amount.Get, fee.Get % (amount.Get + 1));
        var before = Nothing;
        foreach (var wanted in parts.Select(part => part.Get).Append(int.MaxValue))
        {
            var part = Math.Min(wanted, order - before.Amount.Minor);
            if (part > 0) before = Refund(order, platform, before, part);
        }
        return before.Amount.Minor == order && before.Fee.Minor == platform;
    }

    private static bool StayWithin(PositiveInt amount, NonNegativeInt fee, (int Part, bool IsTakenBack)[] acts)
    {
        var (order, platform) = (amount.Get, fee.Get % (amount.Get + 1));
        var made = new List<GivenBack>();
        foreach (var (wanted, isTakenBack) in acts)
        {
            var before = new GivenBack(Of(made.Sum(one => one.Amount.Minor)), Of(made.Sum(one => one.Fee.Minor)));
            if (isTakenBack && made.Count > 0) made.RemoveAt((int)(Math.Abs((long)wanted) % made.Count));
            else if (Math.Min(Math.Abs((long)wanted) + 1, order - before.Amount.Minor) is > 0 and var part)
                made.Add(new GivenBack(Of(part), RefundRounding.Fee(Of(order), Of(platform), before, Of(part))));
            var (sum, fees) = (made.Sum(one => one.Amount.Minor), made.Sum(one => one.Fee.Minor));
            if (made.Any(one => one.Fee.Minor < 0 || one.Fee > one.Amount) || fees > platform || sum - fees > order - platform) return false;
        }
        return true;
    }

    [Theory]
    [InlineData(1250, 31, 500, 12)]
    [InlineData(1250, 31, 1250, 31)]
    [InlineData(1250, 0, 500, 0)]
    [InlineData(100, 100, 33, 33)]
    [InlineData(3, 1, 1, 0)]
    public void Fee_OfAFirstRefund_IsProRata(long amount, long fee, long refund, long expected) =>
        Assert.Equal(expected, RefundRounding.Fee(Of(amount), Of(fee), Nothing, Of(refund)).Minor);

    private static GivenBack Nothing => new(Of(0), Of(0));

    private static GivenBack Refund(long amount, long fee, GivenBack before, long part) =>
        new(before.Amount + Of(part), before.Fee + RefundRounding.Fee(Of(amount), Of(fee), before, Of(part)));

    private static Money Of(long minor) => new(minor, Usd);
}
