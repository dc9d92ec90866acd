using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Payments that the engine made itself, to be corrupted.</summary>
public sealed class PlantedPayments : IAsyncLifetime
{
    private PlantedStore _store = null!;

    public async Task InitializeAsync()
    {
        await using var engine = await StubEngine.StartAsync();
        await engine.PaidAsync();
        await engine.CreateAsync();
        var under = await engine.CreateAsync();
        var session = engine.Psp[await engine.PressAsync(under)];
        await SuspenseAsync(engine);
        var canceled = await engine.CreateAsync();
        await engine.Get<BuyerCheckout>().CancelAsync(canceled.Link, CancellationToken.None);
        await engine.ReceiveAsync(Event("evt_applied", session.Id, session.Attempt));
        await engine.ReceiveAsync(Event("evt_unknown", "cs_unknown", null));
        await engine.Get<PspInbox>().ReceiveAsync(Event("evt_waiting", session.Id, session.Attempt), "{}", () => { }, CancellationToken.None);
        await engine.Get<OutboxDispatcher>().DispatchAsync(CancellationToken.None);
        _store = await PlantedStore.CopyAsync(engine.StoreFile, [new HistoryInvariant(engine.Get<KeyRing>(), PaymentHistoryRules.Payments), .. PaymentInvariants.All]);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql) => _store.BrokenAfterAsync(sql);

    private static async Task SuspenseAsync(StubEngine engine)
    {
        var checkout = await engine.CreateAsync();
        var session = engine.Psp[await engine.PressAsync(checkout)];
        engine.Psp.Pay(session.Id, Books.Usd(2499));
        await engine.Get<BuyerCheckout>().ReturnedAsync(checkout.Link, CancellationToken.None);
    }

    private static PspEvent Event(string id, string session, string? attempt) =>
        new(id, "checkout.session.completed", "checkout.session", session, attempt, null, null, IsLive: false, Books.Start);
}

/// <summary>Each rule of payments finds what breaks it, and nothing in honest data.</summary>
public sealed class PaymentInvariantsTests(PlantedPayments planted) : IClassFixture<PlantedPayments>
{
    [Fact]
    public async Task HonestPayments_BreakNothing() => Assert.Empty(await planted.BrokenAfterAsync(""));

    [Theory]
    [InlineData("payments-01", "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) SELECT 'cs_twin', checkout_id, attempt_id, 'Orders', amount, currency, 'ch_twin', booked_at FROM booked_sessions WHERE booked_to = 'Orders'")]
    [InlineData("payments-01", "UPDATE booked_sessions SET amount = amount + 1 WHERE booked_to = 'Orders'")]
    [InlineData("payments-01", "UPDATE booked_sessions SET amount = amount - 1 WHERE booked_to = 'Suspense'")]
    [InlineData("payments-01", "UPDATE payment_events SET status = 'EXECUTING' WHERE status = 'SUCCESS'")]
    [InlineData("payments-02", "DELETE FROM booked_sessions WHERE booked_to = 'Orders'")]
    [InlineData("payments-02", "DELETE FROM finance_tasks")]
    [InlineData("payments-02", "UPDATE attempts SET state = 'SessionExpired' WHERE state = 'Paid'")]
    [InlineData("payments-03", "DELETE FROM payment_orders WHERE payment_order_status = 'SUCCESS'")]
    [InlineData("payments-03", "DELETE FROM payment_orders WHERE payment_order_status = 'SUCCESS'; DELETE FROM payment_events WHERE status = 'SUCCESS'; DELETE FROM payment_history; DELETE FROM booked_sessions; DELETE FROM outbox")]
    [InlineData("payments-03", "UPDATE payment_orders SET ledger_updated = 0 WHERE ledger_updated = 1")]
    [InlineData("payments-03", "UPDATE payment_orders SET wallet_updated = 0 WHERE payment_order_status = 'SUCCESS' AND line = 1")]
    [InlineData("payments-03", "UPDATE payment_orders SET ledger_updated = 1, wallet_updated = 1 WHERE payment_order_status = 'CANCELED'")]
    [InlineData("payments-03", "DELETE FROM journal_entries WHERE kind = 'PayIn'")]
    [InlineData("payments-03", "UPDATE payment_orders SET seller_account = 'thief' WHERE payment_order_status = 'SUCCESS'")]
    [InlineData("payments-04", "DELETE FROM payment_history WHERE version = 2")]
    [InlineData("payments-04", "UPDATE payment_history SET actor = 'user:somebody' WHERE version = 1")]
    [InlineData("payments-04", "UPDATE payment_history SET at = at - 1 WHERE version = 2")]
    [InlineData("payments-04", "UPDATE payment_events SET status = 'FAILED' WHERE status = 'EXECUTING'")]
    [InlineData("payments-04", "UPDATE payment_history SET from_status = 'NOT_STARTED', to_status = 'SUCCESS' WHERE version = 2")]
    [InlineData("payments-04", "DELETE FROM payment_events WHERE status = 'NOT_STARTED'")]
    [InlineData("payments-05", "UPDATE payment_events SET is_payment_done = 1 WHERE status = 'EXECUTING'")]
    [InlineData("payments-05", "UPDATE payment_orders SET payment_order_status = 'CANCELED' WHERE payment_order_status = 'SUCCESS' AND line = 2")]
    [InlineData("payments-05", "UPDATE payment_orders SET amount = amount + 1 WHERE line = 1")]
    [InlineData("payments-05", "DELETE FROM payment_events WHERE status = 'CANCELED'")]
    [InlineData("payments-06", "DELETE FROM retry_tasks WHERE kind = 'checkout.end'")]
    [InlineData("payments-06", "DELETE FROM retry_tasks WHERE kind = 'attempt'")]
    [InlineData("payments-06", "DELETE FROM retry_tasks WHERE kind = 'psp.event'")]
    [InlineData("payments-06", "UPDATE attempts SET state = 'Open' WHERE state = 'Paid'")]
    [InlineData("payments-06", "UPDATE retry_tasks SET subject_id = 'nobody' WHERE task_id = (SELECT MIN(task_id) FROM retry_tasks WHERE kind = 'checkout.end')")]
    [InlineData("payments-06", "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, lease_until, fence, tries, created_at) SELECT 'task_more', 'attempt', attempt_id, 'Due', 0, 0, 0, 0, 0 FROM attempts WHERE state = 'Paid' LIMIT 1")]
    [InlineData("payments-07", "DELETE FROM psp_bodies WHERE event_id = (SELECT MIN(event_id) FROM psp_bodies)")]
    [InlineData("payments-07", "DELETE FROM psp_inbox WHERE event_id = (SELECT MIN(event_id) FROM psp_inbox)")]
    [InlineData("payments-07", "UPDATE psp_bodies SET event_id = 'evt_other' WHERE event_id = (SELECT MIN(event_id) FROM psp_bodies)")]
    [InlineData("payments-07", "UPDATE psp_inbox SET applied_at = NULL WHERE state = 'Applied'")]
    [InlineData("payments-07", "UPDATE psp_inbox SET state = 'Waiting' WHERE state = 'Applied'")]
    [InlineData("payments-07", "UPDATE psp_inbox SET state = 'Applied', applied_at = 1 WHERE state = 'Waiting'")]
    [InlineData("payments-08", "DELETE FROM outbox WHERE version = 1")]
    [InlineData("payments-08", "DELETE FROM payment_history WHERE version = 2")]
    [InlineData("payments-08", "UPDATE outbox SET position = NULL WHERE version = 1")]
    [InlineData("payments-08", "UPDATE outbox SET version = version + 1 WHERE version = 3")]
    public async Task Corruption_IsFoundByItsRule(string code, string sql) => Assert.Contains(code, (await planted.BrokenAfterAsync(sql)).Keys);
}
