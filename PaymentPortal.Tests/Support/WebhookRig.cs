using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Support;

/// <summary>The log, the fan-out and the sender on a clock that tests move, and a merchant's server over real HTTP.</summary>
internal sealed class WebhookRig : IAsyncDisposable
{
    public static readonly Actor Anna = Actor.Staff("anna");

    private readonly FactLog _log;
    private readonly WebhookSender _sender;
    private readonly RetryWorker _worker;

    private WebhookRig(FactLog log, MerchantReceiver merchant, WebhookSettings settings)
    {
        (_log, Merchant) = (log, merchant);
        // Always the longest wait that chance could draw.
        var policies = new RetryPolicies(Store.Dialect, below => below - 1);
        var audit = new AuditLog(Store.Chain);
        _sender = new WebhookSender(settings, Store.Time);
        var letters = new DeadLetters([new DeadWebhook()], NullLogger<DeadLetters>.Instance);
        var step = new WebhookSendStep(Store.Lane, Store.Dialect, _sender, new EndpointHealth(audit, NullLogger<EndpointHealth>.Instance), policies, letters, Store.Cipher, Store.Time);
        _worker = new RetryWorker(Store.Lane, [step], policies, letters, Store.Time, NullLogger<RetryWorker>.Instance);
        Endpoints = new WebhookEndpoints(Store.Lane, Store.Databases, Store.Cipher, audit, Store.Time);
        Desk = new WebhookDesk(Store.Lane, audit);
        Queries = new WebhookQueries(Store.Databases, Store.Cipher);
    }

    public TestStore Store => _log.Store;

    public MerchantReceiver Merchant { get; }

    public WebhookEndpoints Endpoints { get; }

    public WebhookDesk Desk { get; }

    public WebhookQueries Queries { get; }

    public static async Task<WebhookRig> StartAsync(WebhookSettings? settings = null) =>
        new(await FactLog.StartAsync(new WebhookFanOut()), await MerchantReceiver.StartAsync(), settings ?? new WebhookSettings { AllowsPrivateAddresses = true });

    public async Task<SecretEndpoint> AddEndpointAsync(string types = "*", string? url = null) =>
        (await Endpoints.CreateAsync(new EndpointWish(url ?? Merchant.Url, types, null, true), Anna, null, CancellationToken.None)).Value;

    public Task AddFactAsync(string aggregate = "chk_1", string type = EventTypes.CheckoutCreated) => _log.AddAsync(aggregate, type, $$"""{"checkout_id":"{{aggregate}}"}""");

    /// <summary>Tells the consumers, then works on every step that is due now, one after the other.</summary>
    public async Task RunAsync()
    {
        await _log.RunAsync();
        while (await Store.RunAsync(unit => RetryQueue.ClaimDue(unit, 10)) is { Count: > 0 } claimed)
        {
            foreach (var task in claimed) await _worker.RunOneAsync(task, CancellationToken.None);
        }
    }

    public Task PassAsync(TimeSpan time)
    {
        Store.Time.Advance(time);
        return RunAsync();
    }

    public async Task<DeliveryDetails> OnlyDeliveryAsync()
    {
        var list = await Queries.ListAsync(new DeliveryFilter(), PagePlace.First, 25, CancellationToken.None);
        return (await Queries.FindAsync(new WebhookDeliveryId(Assert.Single(list.Rows).Delivery.DeliveryId), CancellationToken.None))!;
    }

    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        await using var reader = Store.Dialect.OpenReader();
        var all = new List<string>();
        foreach (var invariant in WebhookInvariants.All.Concat(RetryInvariants.All)) all.AddRange((await invariant.CheckAsync(reader, CancellationToken.None)).Violations);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        _sender.Dispose();
        await Merchant.DisposeAsync();
        await _log.DisposeAsync();
    }
}
