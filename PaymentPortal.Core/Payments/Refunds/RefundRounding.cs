using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>How much of an order was given back so far, and how much of that was the platform's.</summary>
public readonly record struct GivenBack(Money Amount, Money Fee);

/// <summary>
/// The platform's part of each refund of an order. It is reckoned from the sum so far, largest remainder first, so the parts of any number of
/// refunds add up to the fee exactly; refunds that came to nothing in between can't push either side past its share.
/// </summary>
public static class RefundRounding
{
    public static Money Fee(Money orderAmount, Money orderFee, GivenBack before, Money amount)
    {
        var after = before.Amount + amount;
        var wanted = orderFee.Split([after.Minor, (orderAmount - after).Minor])[0] - before.Fee;
        var sellers = orderAmount - orderFee;
        // At least what the seller's share can't bear, at most what is left of the fee.
        var least = Math.Max(0, (after - before.Fee - sellers).Minor);
        var most = Math.Min(amount.Minor, (orderFee - before.Fee).Minor);
        return new Money(Math.Clamp(wanted.Minor, least, most), amount.Currency);
    }
}
