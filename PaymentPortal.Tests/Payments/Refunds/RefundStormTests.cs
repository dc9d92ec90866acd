using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>
/// 64 people at once ask for refunds of one charge, some take theirs back, and the PSP loses, delays and refuses answers: never a cent more than was paid.
/// Eight rounds in every run; REFUND_ROUNDS sets how many, REFUND_SEED draws others.
/// </summary>
public sealed class RefundStormTests(ITestOutputHelper output)
{
    private const int AtOnce = 64;
    private const int Paid = 2500;

    private readonly int _rounds = int.Parse(Environment.GetEnvironmentVariable("REFUND_ROUNDS") ?? "8", CultureInfo.InvariantCulture);
    private readonly ulong _seed = ulong.Parse(Environment.GetEnvironmentVariable("REFUND_SEED") ?? "20261123", CultureInfo.InvariantCulture);
    private readonly Lock _lock = new();
    private DemoDice _dice = null!;

    [Fact]
    public async Task Refunds_64AtOnceInManyRounds_NeverExceedTheCharge()
    {
        output.WriteLine($"REFUND_ROUNDS={_rounds} REFUND_SEED={_seed}");
        _dice = new DemoDice(_seed);
        StubReturns psp = null!;
        await using var engine = await StubEngine.StartAsync((services, time) => services.Replace(ServiceDescriptor.Singleton<IPspReturns>(psp = new StubReturns(time, Below))));
        for (var round = 1; round <= _rounds; round++) await RoundAsync(engine, psp, Actor.Staff($"round-{round}"));

        Assert.Empty(await engine.BrokenAsync());
        Assert.True(await engine.ScalarAsync("SELECT COUNT(DISTINCT status) FROM refunds") >= 4, "The dice never drew some of the PSP's answers.");
    }

    private async Task RoundAsync(StubEngine engine, StubReturns psp, Actor actor)
    {
        var checkout = await engine.PaidAsync();
        var orders = await engine.Lane.RunAsync(unit => unit.Query("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 ORDER BY line", row => row.GetString(0), checkout.Id), CancellationToken.None);
        var intent = (await engine.TextAsync("SELECT a.intent_id FROM attempts a JOIN booked_sessions b ON b.attempt_id = a.attempt_id WHERE b.checkout_id = $1", checkout.Id))!;

        await Task.WhenAll([.. Enumerable.Range(0, AtOnce).Select(_ => AskAsync(engine, Wish(orders), actor, Below(8) == 0)), SendAsync(engine)]);
        await SettleAsync(engine);
        await AssertWithinAsync(engine, psp, checkout, intent);

        // What the PSP refused is given up, and its money is asked for anew by as many.
        await GiveUpAsync(engine, actor);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => AskAsync(engine, Wish(orders), actor, takesBack: false)));
        await SettleAsync(engine);
        await AssertWithinAsync(engine, psp, checkout, intent);
    }

    private RefundAsk Wish(IReadOnlyList<string> orders) => new(orders[Below(2)], Below(4) switch
    {
        0 => new Money(1 + Below(100), Books.Usd(0).Currency).ToString(),
        1 => new Money(100 + Below(400), Books.Usd(0).Currency).ToString(),
        2 => new Money(500 + Below(900), Books.Usd(0).Currency).ToString(),
        _ => null,
    }, "Returned goods");

    private static async Task AskAsync(StubEngine engine, RefundAsk wish, Actor actor, bool takesBack)
    {
        await Task.Yield();
        var service = engine.Get<RefundService>();
        var asked = await service.AskAsync(wish, actor, CancellationToken.None);
        if (asked.IsRefused) Assert.Contains(asked.Refusal!.Code, new[] { RefusalCodes.RefundTooLarge, RefusalCodes.AlreadyRefunded });
        else if (takesBack && (await service.CancelAsync(asked.Value, actor, CancellationToken.None)) is { IsRefused: true } late) Assert.Equal(RefusalCodes.StateConflict, late.Refusal!.Code);
    }

    /// <summary>Sends what is due now, as the workers do, while others ask.</summary>
    private static async Task<bool> SendAsync(StubEngine engine)
    {
        await Task.Yield();
        var due = await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, AtOnce), CancellationToken.None);
        await Task.WhenAll(due.Select(task => engine.Get<RetryWorker>().RunOneAsync(task, CancellationToken.None)));
        return due.Count > 0;
    }

    /// <summary>Lets time pass until nothing is left to be sent or looked for.</summary>
    private static async Task SettleAsync(StubEngine engine)
    {
        while (true)
        {
            if (await SendAsync(engine)) continue;
            var next = await engine.ScalarAsync("SELECT COALESCE(MIN(MAX(due_at, lease_until)), 0) FROM retry_tasks WHERE kind = 'refund' AND state = 'Due'");
            if (next == 0) return;
            engine.Time.Advance(Instants.FromMicroseconds(next) - engine.Time.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        }
    }

    private static async Task GiveUpAsync(StubEngine engine, Actor actor)
    {
        var letters = await engine.Lane.RunAsync(unit => unit.Query("SELECT dead_letter_id FROM dead_letters WHERE state = 'Open'", row => new DeadLetterId(row.GetString(0))), CancellationToken.None);
        if (letters.Count > 0) Assert.False((await engine.Get<DeadLetterDesk>().DiscardAsync(letters, "the PSP refused it", actor, CancellationToken.None)).IsRefused);
    }

    private static async Task AssertWithinAsync(StubEngine engine, StubReturns psp, MadeCheckout checkout, string intent)
    {
        var made = psp.Of(intent).Sum(refund => refund.Amount.Minor);
        Assert.InRange(made, 0, Paid);
        Assert.Equal(made, await engine.ScalarAsync("SELECT SUM(amount) FROM refunds WHERE checkout_id = $1 AND status IN ('SENT', 'SUCCEEDED', 'FAILED')", checkout.Id));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE checkout_id = $1 AND refunded > amount", checkout.Id));
        Assert.Equal(
            await engine.ScalarAsync("SELECT SUM(refunded) FROM payment_orders WHERE checkout_id = $1", checkout.Id), await engine.ScalarAsync("SELECT refunded FROM booked_sessions WHERE checkout_id = $1", checkout.Id));
    }

    private int Below(int bound)
    {
        lock (_lock) return _dice.Below(bound);
    }
}
