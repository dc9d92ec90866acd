using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Psp;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>What the PSP told us and we never got is found on its own list; what was never the PSP's is counted at the door.</summary>
[Collection(EngineCollection.Name)]
public sealed class EventCatchUpTests(EngineHost engine) : IAsyncLifetime
{
    private const string Ours = "FROM psp_inbox WHERE attempt_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)";

    private EventCatchUp CatchUp => engine.Services.GetRequiredService<EventCatchUp>();

    public async Task InitializeAsync()
    {
        await engine.Control.ClearFaultsAsync();
        await CatchUp.RunAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Fact]
    public async Task Events_LostOnTheWay_AreTakenFromThePspsListOnce()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await Until.TrueAsync(async () =>
        {
            engine.Pass(TimeSpan.FromSeconds(30));
            return await engine.StatusAsync(checkout) == "SUCCESS";
        });
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) " + Ours, checkout.Id));

        engine.Pass(TimeSpan.FromMinutes(5));
        var found = await CatchUp.RunAsync(CancellationToken.None);

        Assert.True(found >= 3, $"{found} events were found");
        Assert.True(await engine.ScalarAsync("SELECT COUNT(*) " + Ours + " AND deliveries = 0 AND listed_at IS NOT NULL", checkout.Id) >= 3);
        await engine.CountAsync(0, "SELECT COUNT(*) " + Ours + " AND state <> 'Applied'", checkout.Id);
        Assert.Equal(0, await CatchUp.RunAsync(CancellationToken.None));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Events_ThatCame_AreNotFoundMissing()
    {
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        await engine.CountAsync(1, "SELECT COUNT(*) " + Ours + " AND type = 'checkout.session.completed'", checkout.Id);
        var before = await engine.ScalarAsync("SELECT COUNT(*) " + Ours, checkout.Id);

        engine.Pass(TimeSpan.FromMinutes(5));
        await CatchUp.RunAsync(CancellationToken.None);

        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) " + Ours + " AND listed_at IS NOT NULL AND type LIKE 'checkout.session.%'", checkout.Id));
        Assert.True(before > 0);
    }

    [Fact]
    public async Task List_ThatCantBeRead_IsReadOnFromThereLater()
    {
        var before = (await CatchUp.PlaceAsync(CancellationToken.None))!.ReadTo;
        engine.Pass(TimeSpan.FromMinutes(5));
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "GET", Path = "/v1/events", Status = 500 });

        Assert.Null(await CatchUp.RunAsync(CancellationToken.None));

        var place = (await CatchUp.PlaceAsync(CancellationToken.None))!;
        Assert.Equal(before, place.ReadTo);
        Assert.NotNull(place.Error);
        await engine.Control.ClearFaultsAsync();
        Assert.NotNull(await CatchUp.RunAsync(CancellationToken.None));
        Assert.Null((await CatchUp.PlaceAsync(CancellationToken.None))!.Error);
    }

    [Fact]
    public async Task ForgedWebhooks_AreCountedAndNotStored()
    {
        var refused = engine.Services.GetRequiredService<RefusedWebhooks>();
        var since = engine.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var before = (await refused.ReadAsync(since, CancellationToken.None)).GetValueOrDefault("Forged");
        var now = since.ToUnixTimeSeconds();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var at = 0; at < 3; at++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, engine.Address + "/webhooks/psp") { Content = new StringContent("""{"id":"evt_forged"}""", Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={now},v1={new string('a', 64)}");
            Assert.Equal(400, (int)(await http.SendAsync(request)).StatusCode);
        }

        await refused.FlushAsync(CancellationToken.None);

        Assert.Equal(before + 3, (await refused.ReadAsync(since, CancellationToken.None))["Forged"]);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE event_id = 'evt_forged'"));
    }
}
