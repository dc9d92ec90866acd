namespace PaymentPortal.Core.Payments;

/// <summary>How long a checkout lives: 23 h after its creation (the PSP's key lives 24 h), or 30 min after the last Pay if that is earlier.</summary>
public static class CheckoutTimes
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(23);
    public static readonly TimeSpan AfterPay = TimeSpan.FromMinutes(30);

    public static DateTimeOffset EndWithoutPay(DateTimeOffset createdAt) => createdAt + Life;

    public static DateTimeOffset EndAfterPay(DateTimeOffset createdAt, DateTimeOffset paidPressedAt)
    {
        var (byLife, byPay) = (createdAt + Life, paidPressedAt + AfterPay);
        return byPay < byLife ? byPay : byLife;
    }
}
