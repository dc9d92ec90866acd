using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Notifications;

/// <summary>SIGKILL at each point between a fact and its arrival, one after the other: the merchant hears of every fact, by the same bytes under the same id.</summary>
public sealed class WebhookCrashTests
{
    private static readonly string[] Points = ["consume-before-apply", "consume-after-apply", "webhook-out-before-send", "webhook-out-after-send", "webhook-out-after-record"];

    [Fact]
    public async Task KilledWhileTelling_TellsEveryFact()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        await using var rig = await CrashRig.StartAsync(Points);
        await rig.AddWebhookEndpointAsync(merchant.Url);
        var checkout = await rig.CreateAsync();
        await rig.CancelAsync(checkout);
        await rig.IsAsync(checkout, "CANCELED");
        await rig.ComeToRestAsync();

        Assert.Equal(2, await rig.ReadAsync("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'Delivered'"));
        Assert.Equal(2, await rig.ReadAsync("SELECT COUNT(*) FROM webhook_deliveries"));
        var told = merchant.Got.GroupBy(got => got.Id).ToList();
        Assert.Equal(["checkout.canceled", "checkout.created"], told.Select(group => (string)group.First().Event["type"]!).Order(StringComparer.Ordinal));
        Assert.All(told, group => Assert.Single(group.Select(got => got.Body).Distinct()));
        await rig.AssertSoundAsync();
    }
}
