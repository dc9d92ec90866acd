using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>A PSP whose page asks for another sum than ours: the buyer is never sent there, the page is expired, and Pay is offered again.</summary>
public sealed class OtherTotalTests
{
    [Theory]
    [InlineData(9900, "USD")]
    [InlineData(2500, "EUR")]
    public async Task Page_OverAnotherTotal_IsShownToNobodyAndExpired_AndTheNextPressPays(long minor, string currency)
    {
        await using var engine = await StubEngine.StartAsync();
        var checkout = await engine.CreateAsync();
        engine.Psp.PageTotal = new Money(minor, Currency.Of(currency));

        Assert.IsNotType<PayAnswer.ToPsp>(await engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None));

        var wrong = await engine.Lane.RunAsync(unit => unit.QueryFirst("SELECT attempt_id FROM attempts", row => row.GetString(0)), CancellationToken.None);
        await engine.Get<RetryWorker>().RunDueAsync(CancellationToken.None);
        await Until.TrueAsync(() => Task.FromResult(engine.Psp[wrong!].Status == Core.Psp.SessionStatus.Expired));
        engine.Psp.PageTotal = null;
        var right = await engine.PressAsync(checkout);
        engine.Psp.Pay(engine.Psp[right].Id);
        await engine.Get<BuyerCheckout>().ReturnedAsync(checkout.Link, CancellationToken.None);

        Assert.Equal(1, await CountAsync(engine, "SELECT COUNT(*) FROM payment_events WHERE status = 'SUCCESS'"));
        Assert.Equal(0, await CountAsync(engine, "SELECT COUNT(*) FROM finance_tasks"));
    }

    private static Task<long> CountAsync(StubEngine engine, string sql) => engine.Lane.RunAsync(unit => unit.Scalar(sql), CancellationToken.None);
}
