using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Disputes;

/// <summary>Disputes from the first word of the bank to the last: money and fee as the posting table says, and every share where it belongs.</summary>
[Collection(EngineCollection.Name)]
public sealed class DisputeTests(EngineHost engine) : IAsyncLifetime
{
    private readonly ReturnDesk _desk = new(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Fact]
    public async Task Dispute_OfAPaidCheckout_HoldsEachSellersShareAndBooksTheFee()
    {
        var (checkout, dispute) = await DisputedAsync();

        Assert.Equal(2500, await _desk.SumAsync(checkout, "disputes:open"));
        Assert.Equal((-1250, -1250), (await _desk.SumAsync(checkout, "seller:seller-1:held"), await _desk.SumAsync(checkout, "seller:seller-2:held")));
        Assert.Equal(31, await _desk.SumAsync(checkout, "seller:seller-1:payable"));
        Assert.Equal(("25.00", "15.00"), ((string?)(await BodyAsync(dispute))["amount"], (string?)(await BodyAsync(dispute))["fee"]));
        Assert.Equal((409, "charge_disputed"), await RefusalAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_Won_GivesBackAllButTheFee()
    {
        var (checkout, dispute) = await DisputedAsync();

        await AnswerAsync(dispute, "winning_evidence");
        await IsAsync(dispute, "WON");

        Assert.Equal(0, await _desk.SumAsync(checkout, "disputes:open"));
        Assert.Equal(0, await _desk.SumAsync(checkout, "seller:seller-1:held"));
        Assert.Equal(-1219, await _desk.SumAsync(checkout, "seller:seller-1:payable"));
        Assert.Equal(0, await engine.ScalarAsync("SELECT SUM(taken) FROM payment_orders WHERE checkout_id = $1", checkout.Id));
        Assert.Equal(201, (await _desk.AskAsync(await _desk.OrderAsync(checkout), "1.00")).Status);
        Assert.Equal(
            ["dispute.needs_response", "dispute.under_review", "dispute.won"], (await engine.TextAsync("SELECT GROUP_CONCAT(type, ' ') FROM (SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY version)", dispute))!.Split(' '));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_Lost_IsBorneByTheSellersUnlessFinanceShiftsIt()
    {
        var (checkout, dispute) = await DisputedAsync("pm_card_createDisputeProductNotReceived");

        await AnswerAsync(dispute, "losing_evidence");
        await IsAsync(dispute, "LOST");
        Assert.Equal((0, 0, 31), (await _desk.SumAsync(checkout, "disputes:open"), await _desk.SumAsync(checkout, "seller:seller-1:held"), await _desk.SumAsync(checkout, "seller:seller-1:payable")));
        await engine.AssertSoundAsync();
        var shifted = await Desk.SetBearerAsync(new DisputeId(dispute), DisputeBearer.Platform, "our mistake", Actor.Staff("u1"), CancellationToken.None);
        var again = await Desk.SetBearerAsync(new DisputeId(dispute), DisputeBearer.Seller, "no, theirs", Actor.Staff("u1"), CancellationToken.None);

        Assert.False(shifted.IsRefused);
        Assert.Equal(409, again.Refusal!.HttpStatus);
        Assert.Equal((2500, -1219), (await _desk.SumAsync(checkout, "disputes:lost"), await _desk.SumAsync(checkout, "seller:seller-1:payable")));
        Assert.Equal((409, "charge_disputed"), await RefusalAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_AcceptedForThePlatform_IsItsLoss()
    {
        var (checkout, dispute) = await DisputedAsync();
        await Desk.SetBearerAsync(new DisputeId(dispute), DisputeBearer.Platform, "goodwill", Actor.Staff("u1"), CancellationToken.None);

        var answer = await engine.Client.PostAsync($"/api/v1/disputes/{dispute}/accept", Guid.NewGuid().ToString());
        await IsAsync(dispute, "ACCEPTED");

        // 202 when the worker was at it first: the PSP's word was awaited then.
        Assert.Contains(answer.Status, new[] { 200, 202 });
        Assert.Equal((2500, 0, -1219), (await _desk.SumAsync(checkout, "disputes:lost"), await _desk.SumAsync(checkout, "seller:seller-1:held"), await _desk.SumAsync(checkout, "seller:seller-1:payable")));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Inquiry_MovesNoMoneyAndStaysRefundable_UntilItBecomesADispute()
    {
        var checkout = await _desk.PaidAsync("pm_card_createDisputeInquiry");
        var dispute = await FindAsync(checkout, "INQUIRY");
        Assert.Equal((0, 0), (await _desk.SumAsync(checkout, "disputes:open"), await _desk.SumAsync(checkout, "seller:seller-1:held")));
        await _desk.IsAsync(await _desk.MadeAsync(await _desk.OrderAsync(checkout), "5.00"), "SUCCEEDED");

        await AnswerAsync(dispute, "escalate_inquiry_evidence");
        await IsAsync(dispute, "NEEDS_RESPONSE");
        await AnswerAsync(dispute, "winning_evidence");
        await IsAsync(dispute, "WON");

        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1", dispute));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Dispute_AfterAPartialRefund_IsSharedByWhatIsNotRefunded()
    {
        var checkout = await _desk.PaidAsync("pm_card_createDisputeInquiry");
        var dispute = await FindAsync(checkout, "INQUIRY");
        await _desk.IsAsync(await _desk.MadeAsync(await _desk.OrderAsync(checkout), "12.50"), "SUCCEEDED");
        await AnswerAsync(dispute, "escalate_inquiry_evidence");
        await IsAsync(dispute, "NEEDS_RESPONSE");

        // The bank wants all of it; the order that is refunded already bears nothing.
        Assert.Equal((0, -2500), (await _desk.SumAsync(checkout, "seller:seller-1:held"), await _desk.SumAsync(checkout, "seller:seller-2:held")));
        await AnswerAsync(dispute, "losing_evidence");
        await IsAsync(dispute, "LOST");
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Evidence_Staged_IsNotSubmittedUntilSomebodySaysSo()
    {
        var (_, dispute) = await DisputedAsync();

        var staged = await EvidenceAsync(dispute, """{"evidence":{"product_description":"Tea","uncategorized_text":"losing_evidence"}}""");
        Assert.Equal(200, (await EvidenceAsync(dispute, """{"evidence":{"product_description":"Tea","uncategorized_text":"losing_evidence"}}""")).Status);
        var changed = await EvidenceAsync(dispute, """{"text":"winning_evidence","submit":false}""");
        await engine.CountAsync(2, "SELECT staged_version FROM disputes WHERE dispute_id = $1", dispute);
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE object_id = $1 AND action = 'dispute.evidence'", dispute));
        var theirs = (await engine.Psp.GetAsync("/v1/disputes/" + await PspIdAsync(dispute))).Body;
        Assert.Equal((200, 200), (staged.Status, changed.Status));
        Assert.Equal(("needs_response", "winning_evidence", "Tea"), ((string?)theirs["status"], (string?)theirs["evidence"]!["uncategorized_text"], (string?)theirs["evidence"]!["product_description"]));
        Assert.Equal(200, (await EvidenceAsync(dispute, """{"submit":true}""")).Status);
        await IsAsync(dispute, "WON");

        Assert.Equal(409, (await EvidenceAsync(dispute, """{"text":"more"}""")).Status);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_exchanges WHERE item = $1 AND (CAST(request AS TEXT) LIKE '%winning%' OR CAST(response AS TEXT) LIKE '%winning%')", dispute));
    }

    [Theory]
    [InlineData("""{"evidence":{"status":"won"}}""", 422, "evidence.status")]
    [InlineData("""{"text":" "}""", 422, "evidence.uncategorized_text")]
    [InlineData("""{}""", 422, "evidence")]
    [InlineData("""{"winner":"us"}""", 400, "winner")]
    public async Task Evidence_ThatCantBe_IsRefused(string body, int status, string field)
    {
        var dispute = s_untouched ??= (await DisputedAsync()).Dispute;

        var answer = await EvidenceAsync(dispute, body);

        Assert.Equal((status, field), (answer.Status, (string?)answer.Body["field"]));
    }

    [Fact]
    public void Evidence_OfMoreThanThePspTakesTogether_IsRefused()
    {
        var before = new Dictionary<string, string> { ["product_description"] = new('x', 149_999) };

        Assert.False(EvidenceText.Merge(before, new Dictionary<string, string?> { [EvidenceText.Free] = "y" }).IsRefused);
        Assert.Equal("evidence", EvidenceText.Merge(before, new Dictionary<string, string?> { [EvidenceText.Free] = "yy" }).Refusal?.Field);
        Assert.False(EvidenceText.Merge(before, new Dictionary<string, string?> { ["product_description"] = new('z', 150_000) }).IsRefused);
    }

    [Theory]
    [InlineData("reset_after")]
    [InlineData("timeout_before")]
    public async Task Submission_WhoseAnswerIsLost_IsSubmittedOnce(string fault)
    {
        var (_, dispute) = await DisputedAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = "/v1/disputes/*", Times = 1, Do = fault });

        Assert.Equal(200, (await EvidenceAsync(dispute, """{"text":"winning_evidence","submit":true}""")).Status);
        await IsAsync(dispute, "WON");

        Assert.Equal(1, (int)(await engine.Psp.GetAsync("/v1/disputes/" + await PspIdAsync(dispute))).Body["evidence_details"]!["submission_count"]!);
    }

    [Fact]
    public async Task Dispute_WhoseEventsNeverCome_IsFoundInThePspsList()
    {
        var checkout = await _desk.PaidAsync("pm_card_createDispute");
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var charge = await engine.TextAsync("SELECT charge_id FROM booked_sessions WHERE checkout_id = $1", checkout.Id);
        await Until.TrueAsync(async () => (await engine.Psp.GetAsync("/v1/disputes?charge=" + charge)).Body["data"]!.AsArray().Count == 1);

        await engine.Services.GetRequiredService<DisputeWatch>().RunAsync(CancellationToken.None);

        await FindAsync(checkout, "NEEDS_RESPONSE");
    }

    [Fact]
    public async Task Watch_WhenTheTimeForEvidenceRunsOut_WarnsOnce()
    {
        var (_, dispute) = await DisputedAsync();
        var watch = engine.Services.GetRequiredService<DisputeWatch>();
        await watch.RunAsync(CancellationToken.None);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM disputes WHERE dispute_id = $1 AND warned_at IS NOT NULL", dispute));

        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE disputes SET due_by = $2 WHERE dispute_id = $1", dispute, unit.Now + TimeSpan.FromDays(2)), CancellationToken.None);
        await watch.RunAsync(CancellationToken.None);
        var first = await engine.ScalarAsync("SELECT warned_at FROM disputes WHERE dispute_id = $1", dispute);
        await watch.RunAsync(CancellationToken.None);

        Assert.NotEqual(0, first);
        Assert.Equal(first, await engine.ScalarAsync("SELECT warned_at FROM disputes WHERE dispute_id = $1", dispute));
    }

    private static string? s_untouched;

    private DisputeDesk Desk => engine.Services.GetRequiredService<DisputeDesk>();

    private async Task<(MadeCheckout Checkout, string Dispute)> DisputedAsync(string method = "pm_card_createDispute")
    {
        var checkout = await _desk.PaidAsync(method);
        return (checkout, await FindAsync(checkout, "NEEDS_RESPONSE"));
    }

    private async Task<string> FindAsync(MadeCheckout checkout, string status)
    {
        await engine.CountAsync(1, "SELECT COUNT(*) FROM disputes WHERE checkout_id = $1 AND status = $2", checkout.Id, status);
        return (await engine.TextAsync("SELECT dispute_id FROM disputes WHERE checkout_id = $1", checkout.Id))!;
    }

    private Task IsAsync(string dispute, string status) => Until.TrueAsync(async () => await engine.TextAsync("SELECT status FROM disputes WHERE dispute_id = $1", dispute) == status);

    private async Task<string> PspIdAsync(string dispute) => (await engine.TextAsync("SELECT psp_dispute_id FROM disputes WHERE dispute_id = $1", dispute))!;

    private async Task<JsonObject> BodyAsync(string dispute) => (await engine.Client.GetAsync("/api/v1/disputes/" + dispute)).Body;

    private Task<EngineAnswer> EvidenceAsync(string dispute, string body) => engine.Client.PostAsync($"/api/v1/disputes/{dispute}/evidence", Guid.NewGuid().ToString(), body);

    private async Task AnswerAsync(string dispute, string text) => Assert.Equal(200, (await EvidenceAsync(dispute, $$"""{"text":"{{text}}","submit":true}""")).Status);

    private async Task<(int, string?)> RefusalAsync(MadeCheckout checkout)
    {
        var answer = await _desk.AskAsync(await _desk.OrderAsync(checkout), "1.00");
        return (answer.Status, (string?)answer.Body["code"]);
    }
}
