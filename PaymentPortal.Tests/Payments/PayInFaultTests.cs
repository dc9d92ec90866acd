using PaymentPortal.Core.Payments;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Lost, wrong and late answers of the PSP: the token is found, nobody is charged twice, and the order ends right by itself.</summary>
[Collection(EngineCollection.Name)]
public sealed class PayInFaultTests(EngineHost engine) : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";
    private const string Expire = "/v1/checkout/sessions/*/expire";

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Theory]
    [InlineData("timeout_before")]
    [InlineData("timeout_after")]
    [InlineData("reset_before")]
    [InlineData("reset_after")]
    [InlineData("truncate")]
    public async Task Create_WhoseAnswerIsLost_FindsItsTokenAndIsChargedOnce(string fault)
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 2, Do = fault });

        await PayAsync(checkout, await engine.PressAsync(checkout));

        await AssertPaidOnceAsync(checkout);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Create_TurnedAway_GoesOnUnderTheSameKey(int status)
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 2, Status = status });

        await PayAsync(checkout, await engine.PressAsync(checkout));

        await AssertPaidOnceAsync(checkout);
        Assert.Equal(1, await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id));
    }

    [Fact]
    public async Task Create_AnsweredByAStored500_IsSentAnewOnlyAfterTwoEmptyLists()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 500 });

        await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await engine.CountAsync(1, "SELECT COUNT(*) FROM psp_calls WHERE absent_since IS NOT NULL AND item IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id);
        Assert.Equal(0, await engine.PspSessionsAsync(checkout));
        engine.Pass(TimeSpan.FromSeconds(61));
        await PayAsync(checkout, await engine.PressAsync(checkout));

        await AssertPaidOnceAsync(checkout);
        Assert.Equal(2, await engine.ScalarAsync("SELECT MAX(generation) FROM psp_calls WHERE item IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id));
    }

    [Fact]
    public async Task Create_Rejected_CouldNotStart_AndTheNextPayDoes()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 400, Code = "parameter_invalid_empty" });

        var refused = await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);

        Assert.IsType<PayAnswer.CouldNotStart>(refused);
        Assert.Equal("EXECUTING", await engine.StatusAsync(checkout));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE state = 'Dead' AND kind = 'attempt' AND subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1 AND state = 'Rejected')", checkout.Id));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_events e JOIN attempts a ON a.attempt_id = e.nonce WHERE e.checkout_id = $1 AND a.number = 1 AND e.psp_token IS NULL", checkout.Id));
        await PayAsync(checkout, await engine.PressAsync(checkout));
        await engine.IsAsync(checkout, "SUCCESS");
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM attempts WHERE checkout_id = $1", checkout.Id));
        // The payment shows the pair of the attempt that counts, not of the first.
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_events e JOIN attempts a ON a.attempt_id = e.nonce AND a.psp_token = e.psp_token WHERE e.checkout_id = $1 AND a.number = 2", checkout.Id));
        Assert.Equal(1, await engine.ChargesAsync(checkout));
    }

    [Fact]
    public async Task Expire_AnsweredByAStored500_IsAskedAgainUnderANewKey()
    {
        var checkout = await engine.CreateAsync();
        await engine.PressAsync(checkout);
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Expire, Times = 1, Status = 500 });

        Assert.Equal(202, (await engine.Client.CancelAsync(checkout)).Status);
        for (var turn = 0; turn < 3; turn++)
        {
            // The worker finds it due after each step; two looks a minute apart prove that the first call did nothing.
            engine.Pass(TimeSpan.FromSeconds(61));
            await engine.CountAsync(0, "SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1 AND (due_at <= $2 OR lease_until > $2)", checkout.Id, engine.NowMicroseconds);
        }

        await engine.IsAsync(checkout, "CANCELED");
        Assert.Equal(0, await engine.ChargesAsync(checkout));
    }

    [Fact]
    public async Task Expire_WhoseAnswerIsLost_StillEndsTheCheckout()
    {
        var checkout = await engine.CreateAsync();
        await engine.PressAsync(checkout);
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Expire, Times = 1, Do = "reset_after" });

        Assert.Equal(202, (await engine.Client.CancelAsync(checkout)).Status);

        await engine.IsAsync(checkout, "CANCELED");
    }

    [Fact]
    public async Task Webhooks_Missing_ThePollSettlesIt()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var checkout = await engine.CreateAsync();
        await PayAsync(checkout, await engine.PressAsync(checkout));
        Assert.Equal("EXECUTING", await engine.StatusAsync(checkout));

        engine.Pass(TimeSpan.FromSeconds(16));

        await AssertPaidOnceAsync(checkout);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE attempt_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id));
    }

    [Fact]
    public async Task Webhooks_Missing_TheReturnOfTheBuyerSettlesIt()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var checkout = await engine.CreateAsync();
        await PayAsync(checkout, await engine.PressAsync(checkout));

        Assert.Equal(CheckEnd.Over, await engine.Buyer.ReturnedAsync(checkout.Link, CancellationToken.None));

        await AssertPaidOnceAsync(checkout);
    }

    [Fact]
    public async Task Webhooks_DoubledShuffledAndForged_BookOnce()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Duplicate = 1, Shuffle = true, Forge = 1 });
        var checkout = await engine.CreateAsync();

        await PayAsync(checkout, await engine.PressAsync(checkout));

        await AssertPaidOnceAsync(checkout);
        await engine.CountAsync(0, "SELECT COUNT(*) FROM psp_inbox WHERE state = 'Waiting'");
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state <> 'Applied' AND attempt_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id));
    }

    [Fact]
    public async Task Webhook_OfAStrangersSession_IsKeptAsUnknown()
    {
        var session = await engine.Psp.CreateSessionAsync();

        await engine.ConfirmAsync((string)session["id"]!);

        await engine.CountAsync(1, "SELECT COUNT(*) FROM psp_inbox WHERE object_id = $1 AND type = 'checkout.session.completed' AND state = 'UnknownObject'", (string)session["id"]!);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM booked_sessions WHERE session_id = $1", (string)session["id"]!));
    }

    [Fact]
    public async Task Webhook_BeforeOurOwnAnswerIsStored_BringsTheToken()
    {
        var checkout = await engine.CreateAsync();
        // The session exists, every answer to its creation is lost, and it is paid meanwhile.
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Do = "reset_after" });
        var pressed = engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await Until.TrueAsync(async () => await engine.PspSessionsAsync(checkout) == 1);

        await PayAsync(checkout, await engine.PspSessionAsync(checkout));

        await AssertPaidOnceAsync(checkout);
        await pressed;
    }

    [Fact]
    public async Task Store_Full_Is503WithoutEffect_AndTheRepeatIsServed()
    {
        var pages = await engine.Lane.RunAsync(unit => unit.Scalar("PRAGMA page_count"), CancellationToken.None);
        await engine.Lane.RunAsync(unit => unit.Scalar($"PRAGMA max_page_count = {pages}"), CancellationToken.None);
        var (key, answer) = ("", new EngineAnswer(0, "", IsReplay: false));
        await Until.TrueAsync(async () =>
        {
            key = Guid.NewGuid().ToString();
            answer = await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody());
            return answer.Status != 201;
        });
        Assert.Equal((503, "none"), (answer.Status, (string?)answer.Body["money"]));
        Assert.NotNull(answer.RetryAfter);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM idempotency_keys WHERE idempotency_key = $1", key));

        await engine.Lane.RunAsync(unit => unit.Scalar("PRAGMA max_page_count = 1000000"), CancellationToken.None);

        Assert.Equal(201, (await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody())).Status);
    }

    private async Task PayAsync(MadeCheckout checkout, string session)
    {
        var paid = await engine.ConfirmAsync(session);
        Assert.True(paid.Status == 200, $"{checkout.Id}: {paid.Body}");
    }

    private async Task AssertPaidOnceAsync(MadeCheckout checkout)
    {
        await engine.IsAsync(checkout, "SUCCESS");
        Assert.Equal((1, 1L), (await engine.PspSessionsAsync(checkout), await engine.ChargesAsync(checkout)));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM booked_sessions WHERE checkout_id = $1 AND booked_to = 'Orders'", checkout.Id));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind IN ('attempt', 'checkout.end') AND (subject_id = $1 OR subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1))", checkout.Id));
    }
}
