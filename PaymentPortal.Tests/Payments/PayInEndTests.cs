using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Every way in which a checkout ends other than by being paid in time, and money that comes too late.</summary>
[Collection(EngineCollection.Name)]
public sealed class PayInEndTests(EngineHost engine) : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Fact]
    public async Task Cancel_BeforePay_IsSettledAtOnceAndRepeatable()
    {
        var checkout = await engine.CreateAsync();

        var first = await engine.Client.CancelAsync(checkout);
        var again = await engine.Client.CancelAsync(checkout);

        Assert.Equal((200, 200, "CANCELED"), (first.Status, again.Status, (string?)first.Body["status"]));
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_history WHERE checkout_id = $1", checkout.Id));
        Assert.IsType<PayAnswer.ToPage>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
    }

    [Fact]
    public async Task Cancel_WithAnOpenSession_ExpiresItFirst()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);

        var answer = await engine.Client.CancelAsync(checkout);

        Assert.Equal((200, "CANCELED"), (answer.Status, (string?)answer.Body["status"]));
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["status"]);
        Assert.NotEqual(200, (await engine.ConfirmAsync(session)).Status);
    }

    [Fact]
    public async Task Cancel_OfAPaidSessionThatWeHaveNotSeen_Is409AndSuccess()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout));

        var answer = await engine.Client.CancelAsync(checkout);

        Assert.Equal((409, "taken"), (answer.Status, (string?)answer.Body["money"]));
        Assert.Equal("SUCCESS", await engine.StatusAsync(checkout));
    }

    [Fact]
    public async Task Cancel_WhenSuccess_Is409()
    {
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");

        Assert.Equal(409, (await engine.Client.CancelAsync(checkout)).Status);
    }

    [Fact]
    public async Task Time_Over_ExpiresAnUnpaidCheckoutWithoutAskingThePsp()
    {
        var checkout = await engine.CreateAsync();

        engine.Pass(CheckoutTimes.Life + TimeSpan.FromSeconds(1));

        await engine.IsAsync(checkout, "EXPIRED");
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM attempts WHERE checkout_id = $1", checkout.Id));
    }

    [Fact]
    public async Task Time_AfterPay_ExpiresSessionAndCheckout()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);

        engine.Pass(CheckoutTimes.AfterPay + TimeSpan.FromSeconds(1));

        await engine.IsAsync(checkout, "EXPIRED");
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["status"]);
    }

    [Fact]
    public async Task Session_ThatExpiresAtThePspAlone_LeavesTheCheckoutOpenForAnotherPay()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);

        await engine.Psp.PostAsync($"/v1/checkout/sessions/{session}/expire");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM attempts WHERE checkout_id = $1 AND state = 'SessionExpired'", checkout.Id);
        Assert.Equal("EXECUTING", await engine.StatusAsync(checkout));
        await engine.ConfirmAsync(await engine.PressAsync(checkout));

        await engine.IsAsync(checkout, "SUCCESS");
        Assert.Equal((2, 1L), (await engine.PspSessionsAsync(checkout), await engine.ChargesAsync(checkout)));
    }

    [Fact]
    public async Task Declines_UpToTheCap_ExpireTheSessionAndFailTheOrders()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);

        for (var card = 1; card < RetryDefaults.BuyerCap; card++) await engine.ConfirmAsync(session, "pm_card_chargeDeclined");
        await engine.CountAsync(RetryDefaults.BuyerCap - 1, "SELECT declines FROM payment_events WHERE checkout_id = $1", checkout.Id);
        Assert.Equal("EXECUTING", await engine.StatusAsync(checkout));
        await engine.ConfirmAsync(session, "pm_card_chargeDeclined");

        await engine.IsAsync(checkout, "FAILED");
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["status"]);
        Assert.Equal(409, (await engine.Client.CancelAsync(checkout)).Status);
        Assert.Equal(0, await engine.ChargesAsync(checkout));
    }

    [Fact]
    public async Task Cap_OfAPublishedPolicy_EndsNewCheckoutsEarlier_AndNoneUnderWay()
    {
        var old = await engine.CreateAsync();
        await PublishCapAsync(2);
        try
        {
            var checkout = await engine.CreateAsync();
            foreach (var session in new[] { await engine.PressAsync(checkout), await engine.PressAsync(old) })
            {
                for (var card = 0; card < 2; card++) await engine.ConfirmAsync(session, "pm_card_chargeDeclined");
            }

            await engine.IsAsync(checkout, "FAILED");
            await engine.CountAsync(2, "SELECT declines FROM payment_events WHERE checkout_id = $1", old.Id);
            Assert.Equal("EXECUTING", await engine.StatusAsync(old));
        }
        finally
        {
            await PublishCapAsync(RetryDefaults.BuyerCap);
        }
    }

    [Fact]
    public async Task Pay_TooSoonAfterDeclines_IsPutOff_AlsoWhileThePageIsOpen()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        for (var card = 0; card < 3; card++) await engine.ConfirmAsync(session, "pm_card_chargeDeclined");
        await engine.CountAsync(3, "SELECT declines FROM payment_events WHERE checkout_id = $1", checkout.Id);

        var early = Assert.IsType<PayAnswer.TooEarly>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        engine.Pass(TimeSpan.FromSeconds(21));

        Assert.InRange(early.Until.ToMicroseconds(), 1, engine.NowMicroseconds);
        Assert.IsType<PayAnswer.ToPsp>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
    }

    [Fact]
    public async Task Abandoned_SessionThatTurnsUp_IsExpired()
    {
        var checkout = await LoseAnswersAsync();

        Assert.Equal(200, (await engine.Client.CancelAsync(checkout)).Status);
        Assert.Equal("CANCELED", await engine.StatusAsync(checkout));
        await engine.CountAsync(0, "SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id);

        var session = await engine.PspSessionAsync(checkout);
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["status"]);
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM attempts WHERE checkout_id = $1 AND state = 'Abandoned'", checkout.Id));
    }

    [Fact]
    public async Task Pay_CanceledWhileItsSessionIsBeingMade_LeadsNobodyToThePsp()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Do = "slow", DelayMs = 1500, Times = 1 });
        var pressed = engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM attempts WHERE checkout_id = $1", checkout.Id);

        Assert.Equal(200, (await engine.Client.CancelAsync(checkout)).Status);

        Assert.IsType<PayAnswer.ToStatus>(await pressed);
        // The session that came to be is looked at once more, and expired.
        engine.Pass(TimeSpan.FromSeconds(61));
        await engine.CountAsync(0, "SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id);
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + await engine.PspSessionAsync(checkout))).Body["status"]);
    }

    [Fact]
    public async Task LateSuccess_Accepted_MovesToSuccessAndBooksTheOrders()
    {
        var (checkout, session) = await PayLateAsync();
        Assert.Equal("CANCELED", await engine.StatusAsync(checkout));
        var suspense = await SuspenseAsync();

        var accepted = await Late.AcceptAsync(session, Actor.Staff("u1"), "the seller has shipped", CancellationToken.None);
        var again = await Late.AcceptAsync(session, Actor.Staff("u1"), "twice", CancellationToken.None);

        Assert.Equal(PaymentOrderStatus.Success, accepted.Value);
        Assert.Equal(409, again.Refusal!.HttpStatus);
        // What is owed stands on the credit side.
        Assert.Equal(suspense + 2500, await SuspenseAsync());
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE checkout_id = $1 AND payment_order_status = 'SUCCESS' AND ledger_updated = 1", checkout.Id));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task LateSuccess_OfMoneyThatIsNotThere_IsRefused() =>
        Assert.Equal(404, (await Late.AcceptAsync("cs_unknown", Actor.Staff("u1"), "guess", CancellationToken.None)).Refusal!.HttpStatus);

    [Fact]
    public async Task Session_OfAnotherAmount_GoesToSuspenseAndTheOrdersWait()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        // What we asked for is changed under the engine's feet: from here on the PSP's total is another one than ours.
        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE payment_events SET amount = amount + 1 WHERE checkout_id = $1", checkout.Id), CancellationToken.None);

        await engine.ConfirmAsync(session);

        await engine.CountAsync(1, "SELECT COUNT(*) FROM finance_tasks WHERE checkout_id = $1 AND kind = 'AmountDiffers' AND state = 'Open' AND amount = 2500", checkout.Id);
        Assert.Equal("EXECUTING", await engine.StatusAsync(checkout));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM booked_sessions WHERE session_id = $1 AND booked_to = 'Suspense'", session));
        Assert.Equal(409, (await engine.Client.CancelAsync(checkout)).Status);
        Assert.Equal(409, (await Late.AcceptAsync(session, Actor.Staff("u1"), "not mine to take", CancellationToken.None)).Refusal!.HttpStatus);
        Assert.IsType<PayAnswer.ToPage>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        engine.Pass(CheckoutTimes.Life + TimeSpan.FromSeconds(1));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1", checkout.Id));
        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE payment_events SET amount = amount - 1 WHERE checkout_id = $1", checkout.Id), CancellationToken.None);
    }

    private LateSuccess Late => (LateSuccess)engine.Services.GetService(typeof(LateSuccess))!;

    private Task<long> SuspenseAsync() => engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = 'suspense' AND currency = 'USD'");

    /// <summary>A checkout whose session exists at the PSP while we know nothing of it and get no answer.</summary>
    private async Task<MadeCheckout> LoseAnswersAsync()
    {
        await engine.Control.SetFaultsAsync(new FaultSettings
        {
            Rules = [new FaultRule { Method = "POST", Path = Create, Do = "reset_after", Times = 1 }, new FaultRule { Method = "POST", Path = Create, Status = 503 }],
            Webhooks = new WebhookFaults { Drop = 1 },
        });
        var checkout = await engine.CreateAsync();
        _ = engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await Until.TrueAsync(async () => await engine.PspSessionsAsync(checkout) == 1);
        return checkout;
    }

    private async Task<(MadeCheckout Checkout, string Session)> PayLateAsync()
    {
        var checkout = await LoseAnswersAsync();
        var session = await engine.PspSessionAsync(checkout);
        Assert.Equal(200, (await engine.ConfirmAsync(session)).Status);
        Assert.Equal(200, (await engine.Client.CancelAsync(checkout)).Status);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM finance_tasks WHERE session_id = $1 AND kind = 'LateSuccess' AND state = 'Open'", session);
        return (checkout, session);
    }

    private async Task PublishCapAsync(int cap)
    {
        var desk = engine.Services.GetRequiredService<RetryPolicyDesk>();
        var policy = RetryDefaults.Of(RetryOperations.BuyerTry, ErrorClass.Declined) with { MaxTries = cap };
        var version = (await desk.DraftAsync(RetryOperations.BuyerTry, ErrorClass.Declined, policy, Actor.Program("test"), CancellationToken.None)).Value;
        // Beside the question to a second admin, whom this host may or may not have: the cap is the test's subject.
        Assert.False((await engine.Lane.RunAsync(unit => desk.Publish(unit, RetryOperations.BuyerTry, ErrorClass.Declined, version, Actor.Program("test"), "test"), CancellationToken.None)).IsRefused);
    }
}
