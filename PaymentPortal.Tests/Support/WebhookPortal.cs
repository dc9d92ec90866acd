using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>A portal with one person of each role, a merchant's server, deliveries in every state, events of the PSP with every verdict, and figures.</summary>
public sealed class WebhookPortal : IAsyncLifetime
{
    private static readonly (string Currency, string Amount)[] Amounts = [("USD", "12.50"), ("EUR", "99.00"), ("JPY", "1250"), ("KWD", "1.250")];

    public PortalServer Server { get; private set; } = null!;

    public MerchantReceiver Merchant { get; private set; } = null!;

    public WebhookEndpoint Endpoint { get; private set; } = null!;

    private WriteLane Lane => Get<WriteLane>();

    public async Task InitializeAsync()
    {
        Merchant = await MerchantReceiver.StartAsync();
        Server = await PortalServer.StartAsync(new PortalSettings { Services = services => services.AddSingleton(new WebhookSettings { AllowsPrivateAddresses = true }) });
        foreach (var role in StaffRoles.All) await Server.AddStaffAsync(SeededPortal.Email(role), role);
        Endpoint = await AddEndpointAsync("the shop's backend");
        await AddDeliveriesAsync();
        await AddEventsAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Merchant.DisposeAsync();
    }

    public async Task<PortalClient> VisitorAsync(string role)
    {
        var visitor = Server.Visitor();
        await visitor.SignInAsync(SeededPortal.Email(role));
        return visitor;
    }

    public async Task<WebhookEndpoint> AddEndpointAsync(string description) =>
        (await Get<WebhookEndpoints>().CreateAsync(new EndpointWish(Merchant.Url, EndpointRules.AllTypes, description, true), Actor.Program("test"), null, CancellationToken.None)).Value.Endpoint;

    public Task AddFactAsync(string aggregate, string type, string amount = "12.50", string currency = "USD") => Lane.RunAsync(
        unit =>
        {
            Outbox.AddNext(unit, aggregate, type, $$"""{"checkout_id":"{{aggregate}}","status":"-","amount":"{{amount}}","currency":"{{currency}}","cause":"-","code":"insufficient_funds"}""");
            return 0;
        },
        CancellationToken.None);

    /// <summary>Gives positions, lets the consumers read, and works on every step that is due.</summary>
    public async Task RunAsync()
    {
        await Get<OutboxDispatcher>().DispatchAsync(CancellationToken.None);
        await Get<FactPump>().CatchUpAsync(CancellationToken.None);
        while (await Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 20), CancellationToken.None) is { Count: > 0 } claimed)
        {
            foreach (var task in claimed.Where(task => task.Kind == WebhookSendStep.Step)) await Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
        }
    }

    public Task<string?> DeliveryAsync(string state) => Lane.RunAsync(
        unit => unit.QueryFirst("SELECT delivery_id FROM webhook_deliveries WHERE state = $1 ORDER BY delivery_id DESC", row => row.GetString(0), state), CancellationToken.None);

    public Task<long> ScalarAsync(string sql, params object[] values) => Lane.RunAsync(unit => unit.Scalar(sql, values), CancellationToken.None);

    private T Get<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    private async Task AddDeliveriesAsync()
    {
        for (var at = 0; at < 40; at++)
        {
            var (currency, amount) = Amounts[at % Amounts.Length];
            var id = $"chk_seed{at:00}";
            await AddFactAsync(id, EventTypes.CheckoutCreated, amount, currency);
            if (at % 3 == 1) await AddFactAsync("att" + id, EventTypes.AttemptDeclined, amount, currency);
            await AddFactAsync(id, at % 5 == 4 ? EventTypes.CheckoutFailed : at % 7 == 6 ? EventTypes.CheckoutExpired : EventTypes.CheckoutSucceeded, amount, currency);
            Merchant.AnswerWith(at is 3 or 4 ? 500 : 200, at is 3 or 4 ? "<h1>out of order</h1>" : "ok");
            await RunAsync();
            Server.Time.Advance(TimeSpan.FromMinutes(20));
        }
        await Lane.RunAsync(unit => unit.Execute("UPDATE webhook_deliveries SET state = 'Failed' WHERE aggregate_id = 'chk_seed03'"), CancellationToken.None);
        await Lane.RunAsync(unit => unit.Execute("DELETE FROM retry_tasks WHERE subject_id IN (SELECT delivery_id FROM webhook_deliveries WHERE state = 'Failed')"), CancellationToken.None);
        Merchant.AnswerWith(200);
    }

    private async Task AddEventsAsync()
    {
        var inbox = Get<PspInbox>();
        for (var at = 0; at < 30; at++) await inbox.ReceiveAsync(Event($"evt_{at:00}", 40 - at), """{"id":"evt","data":{"object":{"id":"cs_test"}}}""", () => { }, CancellationToken.None);
        await inbox.ReceiveAsync(Event("evt_05", 35), "{}", () => { }, CancellationToken.None);
        await inbox.AddListedAsync([Event("evt_lost", 50)], CancellationToken.None);
        await Lane.RunAsync(unit => unit.Execute("UPDATE psp_inbox SET state = 'Applied', applied_at = received_at WHERE event_id <> 'evt_00'"), CancellationToken.None);
        Get<RefusedWebhooks>().Count("Forged");
    }

    private PspEvent Event(string id, int second) =>
        new(id, "checkout.session.completed", "checkout.session", "cs_test_" + id, "att_01KAPV5E6X4T4Q2J0M8RZC7WQD", null, null, false, Server.Time.GetUtcNow().AddSeconds(second - 60));
}
