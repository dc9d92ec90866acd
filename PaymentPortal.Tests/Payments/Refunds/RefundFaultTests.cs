using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>Lost, wrong and late answers of the PSP about refunds: never a second refund, and never a cent that is not accounted for.</summary>
[Collection(EngineCollection.Name)]
public sealed class RefundFaultTests(EngineHost engine) : IAsyncLifetime
{
    private const string Create = "/v1/refunds";

    private readonly ReturnDesk _desk = new(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Theory]
    [InlineData("timeout_before")]
    [InlineData("timeout_after")]
    [InlineData("reset_before")]
    [InlineData("reset_after")]
    [InlineData("truncate")]
    public async Task Send_WhoseAnswerIsLost_RefundsOnce(string fault)
    {
        var checkout = await _desk.PaidAsync();
        await engine.Control.SetFaultsAsync(new FaultSettings { Rules = [new FaultRule { Method = "POST", Path = Create, Times = 2, Do = fault }], Webhooks = new WebhookFaults { Drop = 1 } });

        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout), "5.00");
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal((1, 500L), await _desk.PspRefundsAsync(checkout));
        Assert.Equal(1, await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item = $1", refund));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Send_AnsweredByAStored500_IsSentAnewOnlyAfterTwoEmptyLists()
    {
        var checkout = await _desk.PaidAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 500 });

        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout), "5.00");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND absent_since IS NOT NULL", refund);
        var cancel = await engine.Client.PostAsync($"/api/v1/refunds/{refund}/cancel", Guid.NewGuid().ToString());
        Assert.Equal((409, "unknown"), (cancel.Status, (string?)cancel.Body["money"]));
        engine.Pass(TimeSpan.FromSeconds(61));
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal((1, 500L), await _desk.PspRefundsAsync(checkout));
        Assert.Equal(2, await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item = $1", refund));
    }

    [Fact]
    public async Task Send_ThatThePspRefuses_KeepsItsReservationUntilSomebodyGivesItUp()
    {
        var checkout = await _desk.PaidAsync();
        var order = await _desk.OrderAsync(checkout);
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 400, Code = "charge_disputed" });

        var refund = await _desk.MadeAsync(order, "12.00");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", refund);
        Assert.Equal(("APPROVED", -1200), (await _desk.StatusAsync(refund), await _desk.SumAsync(checkout, "refunds:open")));
        Assert.Equal(422, (await _desk.AskAsync(order, "1.00")).Status);
        await engine.AssertSoundAsync();
        var shown = PaymentAnswers.Of((await engine.Services.GetRequiredService<PaymentDetailsQuery>().FindAsync(new CheckoutId(checkout.Id), CancellationToken.None))!, money => money.ToString());
        Assert.Equal((AnswerStep.Advice, "us"), (shown.Next, shown.Who));
        Assert.Contains("giving back 12.00 stopped for good", shown.What, StringComparison.Ordinal);
        var letter = new DeadLetterId((await engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1", refund))!);
        Assert.False((await engine.Services.GetRequiredService<DeadLetterDesk>().DiscardAsync([letter], "the bank decides", Actor.Staff("u1"), CancellationToken.None)).IsRefused);

        Assert.Equal(("REFUSED", 0), (await _desk.StatusAsync(refund), await _desk.SumAsync(checkout, "refunds:open")));
        Assert.Equal(-1219, await _desk.SumAsync(checkout, "seller:seller-1:payable"));
        await engine.AssertSoundAsync();
        await _desk.IsAsync(await _desk.MadeAsync(order, "12.50"), "SUCCEEDED");
    }

    [Fact]
    public async Task Send_ThatThePspRefused_AndIsRedrivenByManyAtOnce_IsSentOnceUnderTheNextKey()
    {
        var checkout = await _desk.PaidAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 400, Code = "resource_missing" });
        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout), "5.00");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", refund);

        var letter = new DeadLetterId((await engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1", refund))!);
        await RedriveRace.RunAsync(engine, letter);
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal((1, 500L), await _desk.PspRefundsAsync(checkout));
        Assert.Equal((2, 2), (await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item = $1", refund), await engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1", refund)));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_ThatTakesItsTime_IsSentAndThenSucceeds()
    {
        var checkout = await _desk.PaidAsync("pm_card_pendingRefund");

        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout), "5.00");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM return_history WHERE item_id = $1 AND to_status = 'SENT'", refund);
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal(0, await _desk.SumAsync(checkout, "refunds:open"));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_ThatComesBackAfterSuccess_IsOwedUntilFinancePaysIt()
    {
        var checkout = await _desk.PaidAsync("pm_card_refundFail");
        var refund = await _desk.MadeAsync(await _desk.OrderAsync(checkout));
        await _desk.IsAsync(refund, "FAILED");

        Assert.Equal((-1250, 0), (await _desk.SumAsync(checkout, "refunds:owed"), await _desk.SumAsync(checkout, "seller:seller-1:payable")));
        Assert.Equal((409, "already_refunded"), ((await _desk.AskAsync(await _desk.OrderAsync(checkout))).Status, (string?)(await _desk.AskAsync(await _desk.OrderAsync(checkout))).Body["code"]));
        await engine.AssertSoundAsync();
        // Sent again, and it comes back again: what is owed stays one debt.
        var again = (await Finance.RefundAsync(refund, Actor.Staff("u1"), "the buyer has the same card", CancellationToken.None)).Value.Value;
        Assert.Equal(409, (await Finance.PaidElsewhereAsync(refund, Actor.Staff("u1"), "bank transfer", CancellationToken.None)).Refusal!.HttpStatus);
        await _desk.IsAsync(again, "FAILED");
        Assert.Equal(-1250, await _desk.SumAsync(checkout, "refunds:owed"));
        await engine.AssertSoundAsync();
        Assert.False((await Finance.PaidElsewhereAsync(again, Actor.Staff("u1"), "bank transfer 4711", CancellationToken.None)).IsRefused);

        Assert.Equal((0, -1250), (await _desk.SumAsync(checkout, "refunds:owed"), await _desk.SumAsync(checkout, "bank:main")));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM finance_tasks WHERE checkout_id = $1 AND state = 'Open'", checkout.Id));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Suspense_RefundedByFinance_GoesBackToTheBuyerAndClosesItsTask()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE payment_events SET amount = amount + 1 WHERE checkout_id = $1", checkout.Id), CancellationToken.None);
        await engine.ConfirmAsync(session);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM finance_tasks WHERE session_id = $1 AND kind = 'AmountDiffers' AND state = 'Open'", session);
        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE payment_events SET amount = amount - 1 WHERE checkout_id = $1", checkout.Id), CancellationToken.None);

        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Finance.RefundAsync(session, Actor.Staff("u1"), "taken by mistake", CancellationToken.None)));
        var refund = Assert.Single(both, one => !one.IsRefused).Value.Value;
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Equal((0, 0), (await _desk.SumAsync(checkout, "suspense"), await _desk.SumAsync(checkout, "refunds:open")));
        Assert.Equal((1, 2500L), await _desk.PspRefundsAsync(checkout));
        Assert.Equal("Refunded", await engine.TextAsync("SELECT state FROM finance_tasks WHERE session_id = $1", session));
        // Its time ends the checkout again, and the customer may pay anew until then.
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'checkout.end' AND subject_id = $1", checkout.Id));
        await engine.AssertSoundAsync();
    }

    private Core.Payments.Refunds.FinanceRefunds Finance => engine.Services.GetRequiredService<Core.Payments.Refunds.FinanceRefunds>();
}
