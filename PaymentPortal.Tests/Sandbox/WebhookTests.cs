using System.Text.Json.Nodes;
using PaymentPortal.Sandbox;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class WebhookTests : IAsyncLifetime
{
    private readonly MovableTimeProvider _clock = new();
    private SandboxServer _server = null!;
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(clock: _clock);
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task PaidSession_SendsItsFourEvents_SignedWithTheEndpointsSecret()
    {
        var secret = await _server.AddWebhookEndpointAsync(_receiver.Url);

        await PaySessionAsync();
        var webhooks = await _receiver.NextAsync(4);

        Assert.StartsWith("whsec_", secret);
        Assert.All(webhooks, webhook => Assert.True(webhook.IsSignedWith(secret)));
        Assert.Equal(
            ["charge.succeeded", "checkout.session.completed", "payment_intent.created", "payment_intent.succeeded"],
            webhooks.Select(webhook => webhook.Type).Order());
    }

    [Fact]
    public async Task Events_InTheirList_StandInTheUsualOrder()
    {
        await PaySessionAsync();

        var events = (JsonArray)(await _server.Api.GetAsync("/v1/events")).Body["data"]!;

        Assert.Equal(
            ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "payment_intent.created"],
            events.Select(happened => (string)happened!["type"]!));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task RefusedWebhook_WhenItsTimeComes_IsSentAgainWithTheSameBodyAndAFreshSignature(int refusal)
    {
        var secret = await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        _receiver.Answer = _ => refusal;
        await PaySessionAsync();
        var first = await _receiver.NextAsync();
        _receiver.Answer = _ => 200;

        // Whenever the failure is written down, a clock that moves on makes the repeat due.
        _clock.Advance(TimeSpan.FromMinutes(5));
        var second = await NextWithClockAsync();

        Assert.Equal(first.Body, second.Body);
        Assert.True(second.Time >= first.Time + 300);
        Assert.True(second.IsSignedWith(secret));
    }

    [Fact]
    public async Task PendingWebhooks_OfAnEvent_CountsDownWhenItIsDelivered()
    {
        await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        await PaySessionAsync();
        var webhook = await _receiver.NextAsync();

        await Until.TrueAsync(async () => (long)(await _server.Api.GetAsync($"/v1/events/{webhook.Id}")).Body["pending_webhooks"]! == 0);

        Assert.Equal(1, (long)webhook.Event["pending_webhooks"]!);
        var delivered = await _server.Api.GetAsync("/v1/events?delivery_success=true&type=checkout.session.completed");
        Assert.Single((JsonArray)delivered.Body["data"]!);
    }

    [Fact]
    public async Task UndeliveredWebhook_AfterARestart_StillArrives()
    {
        var secret = await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        _receiver.Answer = _ => 503;
        await PaySessionAsync();
        var refused = await _receiver.NextAsync();
        await _server.StopAsync();
        _receiver.Answer = _ => 200;

        await _server.StartAgainAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        var again = await NextWithClockAsync();

        Assert.Equal(refused.Id, again.Id);
        Assert.True(again.IsSignedWith(secret));
    }

    [Fact]
    public async Task DisabledEndpoint_GetsNothing_UntilItIsEnabledAgain()
    {
        await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        var id = (string)(await _server.Api.GetAsync("/v1/webhook_endpoints")).Body["data"]![0]!["id"]!;
        var disabled = await _server.Api.PostAsync($"/v1/webhook_endpoints/{id}", ("disabled", "true"));
        await PaySessionAsync();
        await _server.Api.PostAsync($"/v1/webhook_endpoints/{id}", ("disabled", "false"));

        var paid = await PaySessionAsync();

        Assert.Equal("disabled", disabled.Text("status"));
        Assert.Equal(paid, (string?)(await _receiver.NextAsync()).Event["data"]!["object"]!["id"]);
    }

    [Fact]
    public async Task DuplicateFault_SendsTheSameEventTwice()
    {
        await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        await _server.Control.SetWebhookFaultsAsync(new WebhookFaults { Duplicate = 1 });

        await PaySessionAsync();
        var webhooks = await _receiver.NextAsync(2);

        Assert.Equal(webhooks[0].Body, webhooks[1].Body);
    }

    [Fact]
    public async Task ForgeFault_SendsAChangedCopyThatDoesNotVerify_BeforeTheTrueOne()
    {
        var secret = await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        await _server.Control.SetWebhookFaultsAsync(new WebhookFaults { Forge = 1 });

        await PaySessionAsync();
        var webhooks = await _receiver.NextAsync(2);

        Assert.Equal([false, true], webhooks.Select(webhook => webhook.IsSignedWith(secret)));
        Assert.Equal(99_999_999, (long)webhooks[0].Event["data"]!["object"]!["amount_total"]!);
    }

    [Fact]
    public async Task DropFault_LosesTheWebhook_ButNotTheEvent()
    {
        await _server.AddWebhookEndpointAsync(_receiver.Url, "checkout.session.completed");
        await _server.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        await PaySessionAsync();
        await Until.TrueAsync(async () => (await Completed("delivery_success=false")).Count == 1
            && (long)(await Completed("delivery_success=false"))[0]!["pending_webhooks"]! == 0);
        await _server.Control.ClearFaultsAsync();

        var paid = await PaySessionAsync();

        Assert.Equal(paid, (string?)(await _receiver.NextAsync()).Event["data"]!["object"]!["id"]);

        async Task<JsonArray> Completed(string filter) =>
            (JsonArray)(await _server.Api.GetAsync($"/v1/events?type=checkout.session.*&{filter}")).Body["data"]!;
    }

    [Fact]
    public async Task DefaultEndpoint_OfTheSettings_ExistsOnceAfterEveryStart()
    {
        await using var server = await SandboxServer.StartAsync(options =>
            (options.DefaultWebhookUrl, options.DefaultWebhookSecret) = (_receiver.Url, "whsec_of_the_settings"));
        await server.StopAsync();
        await server.StartAgainAsync();

        await server.ConfirmAsync((string)(await server.Api.CreateSessionAsync())["id"]!);

        Assert.True((await _receiver.NextAsync()).IsSignedWith("whsec_of_the_settings"));
        Assert.Single((JsonArray)(await server.Api.GetAsync("/v1/webhook_endpoints")).Body["data"]!);
    }

    private async Task<string> PaySessionAsync()
    {
        var id = (string)(await _server.Api.CreateSessionAsync())["id"]!;
        await _server.ConfirmAsync(id);
        return id;
    }

    /// <summary>The failure may be written after the clock was moved; keep it moving until the repeat has come.</summary>
    private async Task<ReceivedWebhook> NextWithClockAsync()
    {
        var next = _receiver.NextAsync();
        await Until.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(next.IsCompleted);
        });
        return await next;
    }
}
