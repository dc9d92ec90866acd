using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Notifications;

/// <summary>A fact reaches each endpoint that wants it, signed, recorded before it is sent, and for three days if need be.</summary>
public sealed class WebhookDeliveryTests
{
    [Fact]
    public async Task Fact_ForAnEndpoint_ArrivesSignedAndIsRecorded()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = await rig.AddEndpointAsync();
        rig.Merchant.AnswerWith(200, "thank you");
        await rig.AddFactAsync();

        await rig.RunAsync();

        var got = Assert.Single(rig.Merchant.Got);
        Assert.True(got.IsSignedWith(made.Secret));
        Assert.Equal(("application/json", "checkout.created"), (got.ContentType, (string?)got.Event["type"]));
        Assert.Equal(rig.Store.Time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), got.Timestamp);
        var delivery = await rig.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Delivered, 1, got.Body, got.Id), (delivery.Delivery.State, delivery.Delivery.Tries, delivery.Body, delivery.Delivery.EventId));
        var attempt = Assert.Single(delivery.Attempts);
        Assert.Equal((200, "thank you"), (attempt.Attempt.HttpStatus, attempt.Answer));
        Assert.Contains("webhook-signature: " + got.Signature, attempt.Attempt.RequestHeaders, StringComparison.Ordinal);
        Assert.Empty(await rig.FindingsAsync());
    }

    [Fact]
    public async Task Facts_OfTypesThatAreNotWanted_OrOlderThanTheEndpoint_AreNotSent()
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.AddFactAsync("chk_old", EventTypes.CheckoutSucceeded);
        await rig.RunAsync();
        await rig.AddEndpointAsync($"{EventTypes.CheckoutSucceeded} {EventTypes.CheckoutFailed}");
        await rig.Store.RunAsync(unit => { FactPlace.Rewind(unit, "webhooks"); return 0; });
        await rig.AddFactAsync();
        await rig.AddFactAsync("chk_1", EventTypes.CheckoutSucceeded);

        await rig.RunAsync();

        Assert.Equal("checkout.succeeded chk_1", string.Join(',', rig.Merchant.Got.Select(got => $"{got.Event["type"]} {got.Event["aggregate_id"]}")));
    }

    [Fact]
    public async Task Test_OfAnEndpoint_IsToldToItAloneWhateverItWants()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = await rig.AddEndpointAsync(EventTypes.CheckoutFailed);
        await rig.AddEndpointAsync();

        var sent = await rig.Desk.SendTestAsync(new WebhookEndpointId(made.Endpoint.EndpointId), WebhookRig.Anna, CancellationToken.None);
        await rig.RunAsync();

        Assert.False(sent.IsRefused);
        var got = Assert.Single(rig.Merchant.Got);
        Assert.True(got.IsSignedWith(made.Secret));
        Assert.Equal(("webhook.test", true), ((string?)got.Event["type"], (bool)got.Event["data"]!["is_test"]!));
        Assert.Equal((DeliveryState.Delivered, made.Endpoint.EndpointId), ((await rig.OnlyDeliveryAsync()).Delivery.State, (await rig.OnlyDeliveryAsync()).Delivery.EndpointId));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook-endpoint.test'"));
        Assert.Empty(await rig.FindingsAsync());
    }

    [Fact]
    public async Task Test_OfADisabledOrUnknownEndpoint_IsRefused()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = await rig.AddEndpointAsync();
        var id = new WebhookEndpointId(made.Endpoint.EndpointId);
        await rig.Endpoints.UpdateAsync(id, new EndpointWish(rig.Merchant.Url, "*", null, false), WebhookRig.Anna, CancellationToken.None);

        Assert.Equal(409, (await rig.Desk.SendTestAsync(id, WebhookRig.Anna, CancellationToken.None)).Refusal!.HttpStatus);
        Assert.Equal(404, (await rig.Desk.SendTestAsync(new WebhookEndpointId("whe_none"), WebhookRig.Anna, CancellationToken.None)).Refusal!.HttpStatus);
    }

    [Fact]
    public async Task PlaceSentBack_MakesNoSecondDelivery()
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.AddEndpointAsync();
        await rig.AddFactAsync();
        await rig.RunAsync();

        await rig.Store.RunAsync(unit => { FactPlace.Rewind(unit, "webhooks"); return 0; });
        await rig.RunAsync();

        Assert.Single(rig.Merchant.Got);
    }

    [Fact]
    public async Task RefusedWebhook_IsRepeatedUnderTheSameIdWithTheSameBytes()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = await rig.AddEndpointAsync();
        rig.Merchant.AnswerWith(500, "no room");
        await rig.AddFactAsync();
        await rig.RunAsync();
        Assert.Equal(DeliveryState.Waiting, (await rig.OnlyDeliveryAsync()).Delivery.State);

        rig.Merchant.AnswerWith(204);
        await rig.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(2, rig.Merchant.Got.Count);
        Assert.Equal(rig.Merchant.Got[0].Body, rig.Merchant.Got[1].Body);
        Assert.Equal(rig.Merchant.Got[0].Id, rig.Merchant.Got[1].Id);
        Assert.NotEqual(rig.Merchant.Got[0].Timestamp, rig.Merchant.Got[1].Timestamp);
        Assert.True(rig.Merchant.Got[1].IsSignedWith(made.Secret));
        var delivery = await rig.OnlyDeliveryAsync();
        Assert.Equal([(int?)204, 500], delivery.Attempts.Select(attempt => attempt.Attempt.HttpStatus));
        Assert.Equal("no room", delivery.Attempts[1].Answer);
        Assert.Equal(DeliveryState.Delivered, delivery.Delivery.State);
    }

    [Fact]
    public async Task WebhookRefusedForThreeDays_FailsAndIsSentAgainByAPerson()
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.AddEndpointAsync();
        rig.Merchant.AnswerWith(500);
        await rig.AddFactAsync();
        await rig.RunAsync();
        var start = rig.Store.Time.GetUtcNow();
        while ((await rig.OnlyDeliveryAsync()).NextTry is { } next) await rig.PassAsync(next - rig.Store.Time.GetUtcNow());

        Assert.InRange(rig.Store.Time.GetUtcNow() - start, TimeSpan.FromDays(3), TimeSpan.FromDays(3.5));
        var failed = await rig.OnlyDeliveryAsync();
        Assert.Equal((DeliveryState.Failed, "Answered 500."), (failed.Delivery.State, failed.Delivery.LastError));
        Assert.Equal(failed.Delivery.Tries, rig.Merchant.Got.Count);
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Open' AND kind = 'webhook.send' AND effect = 'None'"));
        Assert.Empty(await rig.FindingsAsync());

        rig.Merchant.AnswerWith(200);
        Assert.False((await rig.Desk.ResendAsync(new WebhookDeliveryId(failed.Delivery.DeliveryId), WebhookRig.Anna, CancellationToken.None)).IsRefused);
        await rig.RunAsync();

        Assert.Equal(DeliveryState.Delivered, (await rig.OnlyDeliveryAsync()).Delivery.State);
        Assert.Single(rig.Merchant.Got.Select(got => got.Id).Distinct());
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Resolved'"));
        Assert.Empty(await rig.FindingsAsync());
    }

    [Fact]
    public async Task AllFailed_SentAgain_AreEachSentOnce()
    {
        await using var rig = await WebhookRig.StartAsync();
        var made = await rig.AddEndpointAsync();
        rig.Merchant.AnswerWith(500);
        for (var at = 0; at < 5; at++) await rig.AddFactAsync($"chk_{at}");
        await rig.RunAsync();
        await rig.PassAsync(TimeSpan.FromDays(4));
        await rig.PassAsync(TimeSpan.FromDays(4));
        Assert.Equal(5, await rig.Queries.CountAsync(new DeliveryFilter(DeliveryState.Failed), CancellationToken.None));
        var before = rig.Merchant.Got.Count;

        rig.Merchant.AnswerWith(200);
        var sent = await rig.Desk.ResendFailedAsync(new WebhookEndpointId(made.Endpoint.EndpointId), WebhookRig.Anna, CancellationToken.None);
        await rig.RunAsync();

        Assert.Equal((5, 5), (sent, rig.Merchant.Got.Count - before));
        Assert.Equal(5, await rig.Queries.CountAsync(new DeliveryFilter(DeliveryState.Delivered), CancellationToken.None));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.resend-failed'"));
    }

    [Fact]
    public async Task NewSecret_SignsBesideTheOldOneForADay()
    {
        await using var rig = await WebhookRig.StartAsync();
        var first = await rig.AddEndpointAsync();
        var second = (await rig.Endpoints.RotateSecretAsync(new WebhookEndpointId(first.Endpoint.EndpointId), WebhookRig.Anna, null, CancellationToken.None)).Value;
        await rig.AddFactAsync();
        await rig.RunAsync();
        Assert.NotEqual(first.Secret, second.Secret);
        Assert.True(rig.Merchant.Got[0].IsSignedWith(first.Secret) && rig.Merchant.Got[0].IsSignedWith(second.Secret));

        rig.Store.Time.Advance(TimeSpan.FromHours(24));
        await rig.AddFactAsync();
        await rig.RunAsync();

        Assert.Single(rig.Merchant.Got[1].Signatures);
        Assert.True(rig.Merchant.Got[1].IsSignedWith(second.Secret));
    }

    [Fact]
    public async Task Deliveries_InAList_PageBothWaysAndFilter()
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.AddEndpointAsync();
        for (var at = 0; at < 7; at++)
        {
            await rig.AddFactAsync($"chk_{at}");
            await rig.PassAsync(TimeSpan.FromSeconds(1));
        }

        var first = await rig.Queries.ListAsync(new DeliveryFilter(), PagePlace.First, 3, CancellationToken.None);
        var second = await rig.Queries.ListAsync(new DeliveryFilter(), new PagePlace(After: first.Next), 3, CancellationToken.None);
        var back = await rig.Queries.ListAsync(new DeliveryFilter(), new PagePlace(Before: second.Previous), 3, CancellationToken.None);
        var last = await rig.Queries.ListAsync(new DeliveryFilter(), new PagePlace(IsLast: true), 3, CancellationToken.None);
        var about = await rig.Queries.ListAsync(new DeliveryFilter(About: "chk_4"), PagePlace.First, 3, CancellationToken.None);

        Assert.Equal(["chk_6", "chk_5", "chk_4"], first.Rows.Select(row => row.Delivery.AggregateId));
        Assert.Equal(["chk_3", "chk_2", "chk_1"], second.Rows.Select(row => row.Delivery.AggregateId));
        Assert.Equal(first.Rows.Select(row => row.Delivery.DeliveryId), back.Rows.Select(row => row.Delivery.DeliveryId));
        Assert.Equal("chk_0", last.Rows[^1].Delivery.AggregateId);
        Assert.Equal("chk_4", Assert.Single(about.Rows).Delivery.AggregateId);
    }

    [Theory]
    [InlineData("DELETE FROM retry_tasks")]
    [InlineData("UPDATE webhook_deliveries SET state = 'Delivered'")]
    [InlineData("UPDATE webhook_deliveries SET event_id = 'pev_none'")]
    [InlineData("UPDATE webhook_deliveries SET endpoint_id = 'whe_none'")]
    [InlineData("DELETE FROM webhook_attempts")]
    [InlineData("UPDATE webhook_attempts SET number = 3")]
    public async Task DamagedDeliveries_AreFound(string damage)
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.AddEndpointAsync();
        rig.Merchant.AnswerWith(500);
        await rig.AddFactAsync();
        await rig.RunAsync();
        Assert.Empty(await rig.FindingsAsync());

        await rig.Store.ExecuteAsync(damage);

        Assert.NotEmpty(await rig.FindingsAsync());
    }
}
