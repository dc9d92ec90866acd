using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
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
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries) VALUES ('evt_1', 'charge.failed', 'ch_1', 'Waiting', $1, $1, 1)", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO redrives (redrive_id, state, scope, reason, made_by, made_at, per_second, stop_after, total) VALUES ('job_1', 'Running', 'all', 'why', 'user:ana', $1, 1, 1, 0)", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => { RetryQueue.Add(unit, "redrive", "job_2", unit.Now); return 0; }, CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO report_orders (order_id, kind, period_from, period_to, round, created_at) VALUES ('rep_1', 'Payouts', $1, $1, 1, $1)", unit.Now), CancellationToken.None);
        await PlantMoneyOutAsync();
        _engine.Time.Advance(TimeSpan.FromMinutes(16));

        var stuck = await Stuck.ReadAsync(CancellationToken.None);

        // Every query finds its own: one that finds nothing would be no alarm.
        var kinds = _engine.Services.GetServices<StuckQuery>().Select(query => query.Name).Order(StringComparer.Ordinal);
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

    /// <summary>A payout, a refund and two disputes under way, whose steps are gone, and a seller whose bank the PSP was never told.</summary>
    private async Task PlantMoneyOutAsync()
    {
        var seed = new PayoutSeed(_engine.Services);
        await seed.PayoutAsync(await seed.SellerAsync("stuck", sales: 4), PayoutStatus.InTransit);
        await _engine.Lane.RunAsync(unit => unit.Execute("UPDATE seller_accounts SET bank_version = 2, updated_at = $1 WHERE seller_account = 'stuck'", unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("""
            INSERT INTO refunds (refund_id, source, status, checkout_id, session_id, intent_id, charge_id, amount, platform_fee, currency, reason, made_by, created_at, updated_at, row_version, history_version)
            VALUES ('rfd_1', 'Order', 'SENT', 'chk_1', 'cs_1', 'pi_1', 'ch_1', 100, 0, 'USD', 'why', 'user:ana', $1, $1, 1, 1)
            """, unit.Now), CancellationToken.None);
        await _engine.Lane.RunAsync(unit => unit.Execute("""
            INSERT INTO disputes (dispute_id, psp_dispute_id, status, checkout_id, session_id, charge_id, amount, fee, currency, reason, is_withdrawn, bearer, evidence_version, staged_version, accept_requested_at, opened_at, created_at, updated_at, row_version, history_version)
            VALUES ('dsp_1', 'dp_1', 'NEEDS_RESPONSE', 'chk_1', 'cs_1', 'ch_1', 100, 0, 'USD', 'fraudulent', 0, 'Seller', 0, 0, $1, $1, $1, $1, 1, 1)
            """, unit.Now), CancellationToken.None);
        foreach (var kind in new[] { "payout", "seller.account" }) await ForgetAsync(kind);
    }

    private Task<int> ForgetAsync(string kind) => _engine.Lane.RunAsync(unit => unit.Execute("DELETE FROM retry_tasks WHERE kind = $1", kind), CancellationToken.None);
}
