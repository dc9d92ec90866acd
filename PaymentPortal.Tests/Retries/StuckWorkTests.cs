using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

public sealed class StuckWorkTests : IAsyncLifetime
{
    private StubEngine _engine = null!;

    private StuckWork Stuck => _engine.Get<StuckWork>();

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public Task DisposeAsync() => _engine.DisposeAsync().AsTask();

    [Fact]
    public async Task Work_WithANextStep_OrYoung_IsNotStuck()
    {
        var checkout = await _engine.CreateAsync();
        await _engine.PressAsync(checkout);
        Assert.Empty(await Stuck.ReadAsync(CancellationToken.None));

        await ForgetAsync("checkout.end");
        _engine.Time.Advance(TimeSpan.FromMinutes(14));

        Assert.DoesNotContain(await Stuck.ReadAsync(CancellationToken.None), item => item.Kind == "Payment without a next step");
    }

    [Fact]
    public async Task Work_WithoutANextStep_IsAnAlarmAfterFifteenMinutes()
    {
        var checkout = await _engine.CreateAsync();
        var attempt = await _engine.PressAsync(checkout);
        await ForgetAsync("checkout.end");
        await ForgetAsync("attempt");
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO webhook_deliveries (delivery_id, endpoint_id, event_id, event_type, aggregate_id, state, tries, created_at) VALUES ('whd_1', 'whe_1', 'pev_1', 'checkout.created', 'chk_1', 'Waiting', 0, $1)", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO psp_inbox (event_id, type, object_id, state, body, created_at, received_at, deliveries) VALUES ('evt_1', 'charge.failed', 'ch_1', 'Waiting', x'00', $1, $1, 1)", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO redrives (redrive_id, state, scope, reason, made_by, made_at, per_second, stop_after, total) VALUES ('job_1', 'Running', 'all', 'why', 'user:ana', $1, 1, 1, 0)", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => { RetryQueue.Add(unit, "redrive", "job_2", unit.Now); return 0; }, CancellationToken.None);
        _engine.Time.Advance(TimeSpan.FromMinutes(16));

        var stuck = await Stuck.ReadAsync(CancellationToken.None);

        string[] kinds = ["Attempt without a next step", "Event of the PSP without a step", "Fact without a position", "Payment without a next step", "Redrive that nothing drives", "Step that nobody takes", "Webhook without a step"];
        Assert.Equal(kinds, stuck.Select(item => item.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(stuck, item => item.What == checkout.Id);
        Assert.Contains(stuck, item => item.What == attempt);
        Assert.Equal(stuck.Count, await Stuck.WatchAsync(CancellationToken.None));
    }

    [Fact]
    public async Task DeadLetter_IsANextStep_BecauseAPersonSeesIt()
    {
        var checkout = await _engine.CreateAsync();
        _engine.Psp.Refuses = true;
        await _engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None);
        _engine.Time.Advance(TimeSpan.FromMinutes(16));

        Assert.DoesNotContain(await Stuck.ReadAsync(CancellationToken.None), item => item.Kind is "Attempt without a next step" or "Payment without a next step");
    }

    private Task<int> ForgetAsync(string kind) => _engine.Lane.RunAsync(unit => unit.Execute("DELETE FROM retry_tasks WHERE kind = $1", kind), CancellationToken.None);
}
