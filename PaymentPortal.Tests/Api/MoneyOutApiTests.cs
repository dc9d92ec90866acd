using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

/// <summary>Lists, unknown ids and cancels of refunds, payouts and disputes as the platform's backend sees them.</summary>
[Collection(EngineCollection.Name)]
public sealed class MoneyOutApiTests(EngineHost engine) : IAsyncLifetime
{
    private readonly PayoutRig _rig = new(engine);
    private readonly ReturnDesk _desk = new(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Theory]
    [InlineData("GET", "refunds/rfd_none")]
    [InlineData("POST", "refunds/rfd_none/cancel")]
    [InlineData("GET", "payouts/out_none")]
    [InlineData("POST", "payouts/out_none/cancel")]
    [InlineData("GET", "disputes/dsp_none")]
    [InlineData("POST", "disputes/dsp_none/accept")]
    [InlineData("POST", "disputes/dsp_none/evidence")]
    [InlineData("GET", "wallets/nobody-at-all")]
    [InlineData("GET", "sellers/nobody-at-all")]
    public async Task Unknown_Is404(string method, string path)
    {
        var answer = method == "GET" ? await engine.Client.GetAsync("/api/v1/" + path) : await engine.Client.PostAsync("/api/v1/" + path, Guid.NewGuid().ToString(), """{"text":"x"}""");

        Assert.Equal((404, "not_found"), (answer.Status, (string?)answer.Body["code"]));
    }

    [Theory]
    [InlineData("payouts?status=HAPPY", "status")]
    [InlineData("payouts?limit=0", "limit")]
    [InlineData("payouts?after=chk_1", "after")]
    [InlineData("disputes?status=HAPPY", "status")]
    [InlineData("disputes?limit=many", "limit")]
    public async Task List_ByWhatCantBe_NamesTheField(string path, string field)
    {
        var answer = await engine.Client.GetAsync("/api/v1/" + path);

        Assert.Equal((422, field), (answer.Status, (string?)answer.Body["field"]));
    }

    [Fact]
    public async Task Payouts_OfASeller_PageByTheirCursorNewestFirst()
    {
        var seller = await _rig.FundedAsync();
        var made = new List<string>();
        for (var number = 0; number < 3; number++) made.Insert(0, (await _rig.RequestAsync(seller, "1.00")).Value);

        var seen = new List<string>();
        for (var cursor = ""; ;)
        {
            var page = (await engine.Client.GetAsync($"/api/v1/payouts?seller_account={seller}&limit=2{cursor}")).Body;
            seen.AddRange(page["data"]!.AsArray().Select(one => (string)one!["payout_id"]!));
            if ((string?)page["next_cursor"] is not { } next) break;
            cursor = "&after=" + next;
        }

        Assert.Equal(made, seen);
        var one = (await engine.Client.GetAsync("/api/v1/payouts/" + made[0])).Body;
        Assert.Equal((made[0], seller, "1.00", "USD"), ((string?)one["payout_id"], (string?)one["seller_account"], (string?)one["amount"], (string?)one["currency"]));
        Assert.Empty((await engine.Client.GetAsync($"/api/v1/payouts?seller_account={seller}&status=REFUSED")).Body["data"]!.AsArray());
    }

    [Fact]
    public async Task Disputes_OfACheckout_AreListedWithTheirStatus()
    {
        var checkout = await _desk.PaidAsync("pm_card_createDispute");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE checkout_id = $1 AND status = 'NEEDS_RESPONSE'", checkout.Id);

        JsonArray data = (await engine.Client.GetAsync($"/api/v1/disputes?checkout_id={checkout.Id}&status=NEEDS_RESPONSE")).Body["data"]!.AsArray();

        var id = (string)Assert.Single(data)!["dispute_id"]!;
        Assert.Equal("NEEDS_RESPONSE", (string?)(await engine.Client.GetAsync("/api/v1/disputes/" + id)).Body["status"]);
        Assert.Empty((await engine.Client.GetAsync($"/api/v1/disputes?checkout_id={checkout.Id}&status=WON")).Body["data"]!.AsArray());
    }

    [Fact]
    public async Task Refund_CanceledWhileItWaits_Is200AndGivesBack()
    {
        var owner = "owner-" + Guid.NewGuid().ToString("N");
        await StaffSeed.AddAsync(engine.Services, owner);
        var key = await engine.Services.GetRequiredService<ApiKeyService>().CreateAsync("owned", ["*"], owner, Actor.Program("test"), CancellationToken.None);
        using var client = new EngineClient(engine.Address, key.Value.Key);
        var order = await _desk.OrderAsync(await _desk.PaidAsync(amount: "1500.00"));
        var asked = await client.PostAsync("/api/v1/refunds", Guid.NewGuid().ToString(), $$"""{"payment_order_id":"{{order}}","amount":"1200.00","reason":"Returned goods"}""");
        Assert.Equal((201, "REQUESTED"), (asked.Status, (string?)asked.Body["status"]));

        var canceled = await client.PostAsync($"/api/v1/refunds/{(string?)asked.Body["refund_id"]}/cancel", Guid.NewGuid().ToString());

        Assert.Equal((200, "CANCELED"), (canceled.Status, (string?)canceled.Body["status"]));
        Assert.Equal(0, await engine.ScalarAsync("SELECT refunded + taken FROM payment_orders WHERE payment_order_id = $1", order));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Payout_WhoseCancelThePspRefuses_Is409AndGoesOn()
    {
        var seller = await _rig.FundedAsync();
        var payout = await _rig.RequestAsync(seller);
        await _rig.IsAsync(payout, "IN_TRANSIT");
        var psp = await engine.TextAsync("SELECT psp_payout_id FROM payouts WHERE payout_id = $1", payout.Value);
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = $"/v1/payouts/{psp}/cancel", Times = 1, Status = 400, Code = "payout_not_allowed" });

        var answer = await engine.Client.PostAsync($"/api/v1/payouts/{payout}/cancel", Guid.NewGuid().ToString());

        // 202 when the worker was at it first: the PSP's word was awaited then.
        Assert.Contains(answer.Status, new[] { 409, 202 });
        await engine.CountAsync(0, "SELECT COUNT(*) FROM payouts WHERE payout_id = $1 AND cancel_requested_at IS NOT NULL", payout.Value);
        Assert.Equal("IN_TRANSIT", await _rig.StatusAsync(payout));
        Assert.Equal(("10.00", "10.00"), await _rig.WalletAsync(seller));
        await _rig.ArrivesAsync(payout, "PAID");
        Assert.Equal(("10.00", "0.00"), await _rig.WalletAsync(seller));
        await engine.AssertSoundAsync();
    }
}
