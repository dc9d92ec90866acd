using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>A whole day without the PSP, on a moved clock: longer than an order lives.</summary>
public sealed class LongOutageTests
{
    [Fact]
    public async Task PspAwayForADay_OrdersEndByRuleOrByItsWord_AndALatePaymentCounts()
    {
        await using var engine = await StubEngine.StartAsync();
        var neverPressed = await engine.CreateAsync();
        var paidMeanwhile = await engine.CreateAsync();
        var left = await engine.CreateAsync();
        var paid = engine.Psp[await engine.PressAsync(paidMeanwhile)].Id;
        await engine.PressAsync(left);
        engine.Psp.IsDown = true;

        for (var hour = 0; hour < 24; hour++)
        {
            await PassAsync(engine, TimeSpan.FromHours(1));
            // Long after its order should have ended, on the page that the buyer still had.
            if (hour == 20) engine.Psp.Pay(paid);
        }

        // Nobody but the PSP can say what became of an open page; an order that has none ends by the clock alone.
        Assert.Equal(("EXPIRED", "EXECUTING", "EXECUTING"), (await StatusAsync(engine, neverPressed), await StatusAsync(engine, paidMeanwhile), await StatusAsync(engine, left)));
        Assert.Empty(await engine.BrokenAsync());

        engine.Psp.IsDown = false;
        for (var minute = 0; minute < 5; minute++) await PassAsync(engine, TimeSpan.FromMinutes(1));
        Assert.Equal(("SUCCESS", "EXPIRED"), (await StatusAsync(engine, paidMeanwhile), await StatusAsync(engine, left)));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters"));
        Assert.Empty(await engine.BrokenAsync());
    }

    private static Task<string?> StatusAsync(StubEngine engine, MadeCheckout checkout) => engine.TextAsync("SELECT status FROM payment_events WHERE checkout_id = $1", checkout.Id);

    /// <summary>Lets time pass, and works on every step whose time has come.</summary>
    private static async Task PassAsync(StubEngine engine, TimeSpan time)
    {
        engine.Time.Advance(time);
        while (await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 50), CancellationToken.None) is { Count: > 0 } claimed)
        {
            foreach (var task in claimed) await engine.Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
        }
    }
}
