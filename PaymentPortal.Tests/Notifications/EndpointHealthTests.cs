using PaymentPortal.Core.Common;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Notifications;

/// <summary>An endpoint that takes nothing is warned of, then disabled; one success starts its week anew.</summary>
public sealed class EndpointHealthTests
{
    [Fact]
    public async Task WeekOfFailures_WarnsThenDisables()
    {
        await using var rig = await WebhookRig.StartAsync();
        var id = new WebhookEndpointId((await rig.AddEndpointAsync()).Endpoint.EndpointId);
        rig.Merchant.AnswerWith(503);
        for (var day = 0; day < 7; day++)
        {
            await rig.AddFactAsync($"chk_{day}");
            await rig.RunAsync();
            var now = await rig.Endpoints.FindAsync(id, CancellationToken.None);
            Assert.Equal((EndpointState.Enabled, day >= 3), (now!.State, now.WarnedAt is not null));
            rig.Store.Time.Advance(TimeSpan.FromDays(1));
        }

        await rig.AddFactAsync("chk_last");
        await rig.RunAsync();

        var ended = await rig.Endpoints.FindAsync(id, CancellationToken.None);
        Assert.Equal(EndpointState.Disabled, ended!.State);
        Assert.Contains("Nothing was taken since", ended.StateReason, StringComparison.Ordinal);
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook-endpoint.disable' AND actor = 'program:webhooks'"));
        await rig.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'Waiting'"));
        Assert.Empty(await rig.FindingsAsync());
    }

    [Fact]
    public async Task QuietEndpoint_FailingAgainAfterAWeek_IsWarnedOfBeforeItIsDisabled()
    {
        await using var rig = await WebhookRig.StartAsync();
        var id = new WebhookEndpointId((await rig.AddEndpointAsync()).Endpoint.EndpointId);
        rig.Merchant.AnswerWith(500);
        await rig.AddFactAsync();
        await rig.RunAsync();
        await rig.Store.ExecuteAsync("DELETE FROM retry_tasks");
        await rig.Store.ExecuteAsync("UPDATE webhook_deliveries SET state = 'Failed'");

        rig.Store.Time.Advance(TimeSpan.FromDays(8));
        await rig.AddFactAsync("chk_2");
        await rig.RunAsync();

        var now = await rig.Endpoints.FindAsync(id, CancellationToken.None);
        Assert.Equal((EndpointState.Enabled, true), (now!.State, now.WarnedAt is not null));
    }

    [Fact]
    public async Task Success_AfterFailures_ClearsTheSlate()
    {
        await using var rig = await WebhookRig.StartAsync();
        var id = new WebhookEndpointId((await rig.AddEndpointAsync()).Endpoint.EndpointId);
        rig.Merchant.AnswerWith(500);
        await rig.AddFactAsync();
        await rig.RunAsync();
        Assert.NotNull((await rig.Endpoints.FindAsync(id, CancellationToken.None))!.FailingSince);

        rig.Merchant.AnswerWith(200);
        await rig.PassAsync(TimeSpan.FromDays(3));

        var now = (await rig.Endpoints.FindAsync(id, CancellationToken.None))!;
        Assert.Null(now.FailingSince);
        Assert.Null(now.WarnedAt);
        Assert.Equal(rig.Store.Time.GetUtcNow(), now.LastSuccessAt);
    }

    [Fact]
    public async Task DisabledEndpoint_GetsNothing_AndItsFailedOnesWhenItIsBack()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = (await rig.AddEndpointAsync()).Endpoint;
        var id = new WebhookEndpointId(made.EndpointId);
        rig.Merchant.AnswerWith(500);
        await rig.AddFactAsync("chk_1");
        await rig.RunAsync();
        await SetAsync(rig, id, made.Url, isEnabled: false);
        await rig.AddFactAsync("chk_2");
        await rig.PassAsync(TimeSpan.FromMinutes(1));

        var delivery = await rig.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Failed, "The endpoint is disabled."), (delivery.Delivery.State, delivery.Delivery.LastError));
        Assert.True((await rig.Desk.ResendAsync(new WebhookDeliveryId(delivery.Delivery.DeliveryId), WebhookRig.Anna, CancellationToken.None)).IsRefused);
        Assert.Equal(0, await rig.Desk.ResendFailedAsync(null, WebhookRig.Anna, CancellationToken.None));

        rig.Merchant.AnswerWith(200);
        await SetAsync(rig, id, made.Url, isEnabled: true);
        Assert.Equal(1, await rig.Desk.ResendFailedAsync(null, WebhookRig.Anna, CancellationToken.None));
        await rig.RunAsync();

        Assert.Equal(DeliveryState.Delivered, (await rig.OnlyDeliveryAsync()).Delivery.State);
    }

    private static Task SetAsync(WebhookRig rig, WebhookEndpointId id, string url, bool isEnabled) =>
        rig.Endpoints.UpdateAsync(id, new EndpointWish(url, "*", null, isEnabled), WebhookRig.Anna, CancellationToken.None);
}
