using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Many at once, and the same again: never a second checkout, session or charge.</summary>
[Collection(EngineCollection.Name)]
public sealed class PayInRaceTests(EngineHost engine)
{
    private const string Pair = "SELECT COUNT(*) FROM payment_events e JOIN attempts a ON a.checkout_id = e.checkout_id AND e.nonce = a.attempt_id AND e.psp_token = a.psp_token WHERE e.checkout_id = $1 AND e.psp_token = $2";

    [Fact]
    public async Task Create_200TimesAtOnceWithOneKey_IsOneCheckoutAndOneAnswer()
    {
        var key = Guid.NewGuid().ToString();
        var body = EngineClient.CheckoutBody();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => engine.Client.PostAsync("/api/v1/checkouts", key, body)));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(199, answers.Count(answer => answer.IsReplay));
        var id = (string)answers[0].Body["checkout_id"]!;
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM idempotency_keys WHERE idempotency_key = $1", key));
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE checkout_id = $1", id));
    }

    [Fact]
    public async Task Create_WithAUsedKeyAndAnotherBody_Is422AndTheFirstStands()
    {
        var key = Guid.NewGuid().ToString();
        var first = await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody());

        var other = await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody("12.51"));

        Assert.Equal((422, "idempotency_key_reused"), (other.Status, (string?)other.Body["code"]));
        Assert.Equal(first.Text, (await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody())).Text);
    }

    [Fact]
    public async Task Create_WithTheKeyOfAnotherCaller_IsAnotherCheckout()
    {
        using var other = new EngineClient(engine.Address, await engine.NewKeyAsync("other"));
        var key = Guid.NewGuid().ToString();

        var mine = await engine.Client.CreateCheckoutAsync(key);
        var theirs = await other.CreateCheckoutAsync(key);

        Assert.NotEqual(mine.Id, theirs.Id);
    }

    [Fact]
    public async Task Create_WithoutKey_Is400AndStoresNothing()
    {
        var before = await engine.ScalarAsync("SELECT COUNT(*) FROM payment_events");

        var answer = await engine.Client.PostAsync("/api/v1/checkouts", null, EngineClient.CheckoutBody());

        Assert.Equal((400, "idempotency_key_missing"), (answer.Status, (string?)answer.Body["code"]));
        Assert.Equal(before, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_events"));
    }

    [Fact]
    public async Task Create_Refused_LeavesItsKeyFree()
    {
        var key = Guid.NewGuid().ToString();
        Assert.Equal(422, (await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody("0.00"))).Status);

        Assert.Equal(201, (await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody())).Status);
    }

    [Fact]
    public async Task Create_ByClientsThatHangUp_IsFoundByTheRepeat()
    {
        var keys = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid().ToString()).ToList();
        await Task.WhenAll(keys.Select(async (key, at) =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(at * 2));
            await engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody(), patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }));

        var repeats = await Task.WhenAll(keys.Select(key => engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody())));
        var again = await Task.WhenAll(keys.Select(key => engine.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody())));

        Assert.All(repeats, answer => Assert.Equal(201, answer.Status));
        Assert.Equal(repeats.Select(answer => answer.Text), again.Select(answer => answer.Text));
    }

    [Fact]
    public async Task Pay_20ClicksAnd3Tabs_IsOneSessionAndOneCharge()
    {
        var checkout = await engine.CreateAsync();

        var clicks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => engine.Buyer.PayAsync(checkout.Link, CancellationToken.None)));
        var session = await engine.PressAsync(checkout);
        var tabs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => engine.ConfirmAsync(session)));
        await engine.IsAsync(checkout, "SUCCESS");

        Assert.Single(clicks.OfType<PayAnswer.ToPsp>().Select(click => click.Url).Distinct());
        Assert.DoesNotContain(clicks, click => click is null or PayAnswer.CouldNotStart or PayAnswer.ToPage);
        Assert.Contains(tabs, tab => tab.Status == 200);
        Assert.Equal((1, 1L), (await engine.PspSessionsAsync(checkout), await engine.ChargesAsync(checkout)));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM booked_sessions WHERE checkout_id = $1", checkout.Id));
        // The payment shows the pair of its one attempt, and the page was made under that nonce.
        Assert.Equal(1, await engine.ScalarAsync(Pair, checkout.Id, session));
        Assert.Equal(await engine.TextAsync("SELECT nonce FROM payment_events WHERE checkout_id = $1", checkout.Id), (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["metadata"]![StripeRequests.NonceField]);
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE checkout_id = $1 AND ledger_updated = 1 AND wallet_updated = 1", checkout.Id));
        Assert.IsType<PayAnswer.ToPage>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Pay_AndCancelAtOnce_EndsInOneOfBothWithoutLosingMoney()
    {
        var checkouts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.CreateAsync()));

        await Task.WhenAll(checkouts.SelectMany(checkout => new Task[] { engine.Buyer.PayAsync(checkout.Link, CancellationToken.None), engine.Client.CancelAsync(checkout) }));

        foreach (var checkout in checkouts)
        {
            await engine.IsAsync(checkout, "CANCELED");
            await engine.CountAsync(0, "SELECT COUNT(*) FROM retry_tasks WHERE subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1) OR subject_id = $1", checkout.Id);
            Assert.Equal(0, await engine.ChargesAsync(checkout));
        }
    }
}
