using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Outcomes that are not known settle by themselves: by the same key while the PSP remembers it, by looking afterwards, and soon after an outage.</summary>
[Collection(EngineCollection.Name)]
public sealed class UnknownOutcomeTests(EngineHost engine) : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";
    private const string Expire = "/v1/checkout/sessions/*/expire";
    private const string Mine = "(SELECT attempt_id FROM attempts WHERE checkout_id = $1)";

    // Every address that the engine calls in these tests: all of them fail, as they do when nobody answers at all.
    private static readonly FaultRule[] Down = [.. new[] { Create, "/v1/checkout/sessions/*", Expire, "/v1/charges", "/v1/balance", "/v1/events" }.Select(path => new FaultRule { Path = path, Do = "reset_before" })];

    /// <summary>How long after the PSP answers again an outcome may stay unknown, of 95 in 100.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(30);

    private IPaymentServiceProvider Psp => engine.Services.GetRequiredService<IPaymentServiceProvider>();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Fact]
    public async Task AnswerLost_AndThePspGone_IsAskedAgainUnderTheSameKeyAsSoonAsItIsBack()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync([new FaultRule { Method = "POST", Path = Create, Times = 1, Do = "reset_after" }, .. Down]);
        Assert.IsNotType<PayAnswer.ToPsp>(await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        await engine.CountAsync(1, $"SELECT COUNT(*) FROM psp_calls WHERE is_uncertain = 1 AND item IN {Mine}", checkout.Id);
        // A wait of an hour, as a published policy may give: it is the PSP's return that must end it, and no clock.
        await engine.Lane.RunAsync(unit => unit.Execute($"UPDATE retry_tasks SET due_at = $2, lease_until = 0, fence = fence + 1 WHERE subject_id IN {Mine}", checkout.Id, unit.Now.AddHours(1)), CancellationToken.None);
        engine.Pass(TimeSpan.FromSeconds(10));
        await Psp.FetchBalanceAsync(CancellationToken.None);
        await engine.Control.ClearFaultsAsync();

        await Until.TrueAsync(async () => (await Psp.FetchBalanceAsync(CancellationToken.None)).Verdict == PspVerdict.Succeeded);
        await engine.CountAsync(0, $"SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND due_at > $2 AND last_error IS NOT NULL AND subject_id IN {Mine}", checkout.Id, engine.NowMicroseconds + PspReturn.Spread.Ticks / TimeSpan.TicksPerMicrosecond);
        engine.Pass(PspReturn.Spread);

        await Until.TrueAsync(async () => await engine.SessionAsync(checkout) is not null);
        Assert.Equal(await engine.SessionAsync(checkout), await engine.PspSessionAsync(checkout));
        Assert.Equal(1, await engine.ScalarAsync($"SELECT MAX(generation) FROM psp_calls WHERE item IN {Mine}", checkout.Id));
        Assert.Equal(1, await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_exchanges WHERE is_replay = 1 AND verdict = 'Succeeded' AND item IN {Mine}", checkout.Id));
        Assert.Equal(200, (await engine.ConfirmAsync((await engine.SessionAsync(checkout))!)).Status);
        await engine.IsAsync(checkout, "SUCCESS");
        Assert.Equal(1, await engine.ChargesAsync(checkout));
        await AssertIsReplayedAsync(checkout);
    }

    /// <summary>What was kept of the tries is what a policy is played over.</summary>
    private async Task AssertIsReplayedAsync(MadeCheckout checkout)
    {
        var tries = engine.Services.GetRequiredService<StripeTries>();
        var since = Instants.FromMicroseconds(engine.NowMicroseconds).AddDays(-7);
        var kept = await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_exchanges WHERE method = 'POST' AND path = '{Create}' AND item IN {Mine}", checkout.Id);

        var works = await tries.ReadAsync(RetryOperations.CreateSession, since, CancellationToken.None);

        bool IsLikeMine(IReadOnlyList<WorkTry> work) => work.Count == kept && work[0].Error == ErrorClass.Unanswered && work[^1].Error is null;
        Assert.Contains(works, IsLikeMine);
        var mine = works.First(IsLikeMine);
        Assert.Equal((1, 0), (PolicyReplay.Of(RetryPolicy.Fixed(TimeSpan.FromHours(2)), ErrorClass.Unanswered, [mine]).Recovered, PolicyReplay.Of(RetryPolicy.Cancel, ErrorClass.Unanswered, [mine]).Recovered));
        Assert.Empty(await tries.ReadAsync(RetryOperations.CreateSession, since.AddDays(8), CancellationToken.None));
    }

    /// <summary>Seconds are those of the clock that the test moves, one at a time, and each is given the time that the machine needs for its work.</summary>
    [Fact]
    public async Task ManyAnswersLost_AndTheCircuitOpen_AreKnownHalfAMinuteAfterTheReturn()
    {
        const int Many = 20;
        var checkouts = new List<MadeCheckout>();
        for (var number = 0; number < Many; number++) checkouts.Add(await engine.CreateAsync());
        var ours = $"(SELECT attempt_id FROM attempts WHERE checkout_id IN ('{string.Join("', '", checkouts.Select(checkout => checkout.Id))}'))";
        await engine.Control.SetFaultsAsync([new FaultRule { Method = "POST", Path = Create, Times = Many, Do = "reset_after" }, .. Down]);
        await Task.WhenAll(checkouts.Select(checkout => engine.Buyer.PayAsync(checkout.Link, CancellationToken.None)));
        await Until.TrueAsync(async () =>
        {
            await Psp.FetchBalanceAsync(CancellationToken.None);
            return !engine.Services.GetRequiredService<PspHealth>().Report.IsSending;
        });
        await engine.Lane.RunAsync(unit => unit.Execute($"UPDATE retry_tasks SET is_held = 1, due_at = $1, lease_until = 0, fence = fence + 1 WHERE subject_id IN {ours}", unit.Now.AddHours(1)), CancellationToken.None);
        engine.Pass(TimeSpan.FromSeconds(10));
        await engine.Control.ClearFaultsAsync();
        var all = await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_calls WHERE is_uncertain = 1 AND item IN {ours}");

        await Until.TrueAsync(async () => (await Psp.FetchBalanceAsync(CancellationToken.None)).Verdict == PspVerdict.Succeeded);
        var known = await SecondsUntilKnownAsync(ours, all);

        Assert.InRange(all, Many / 2, Many);
        Assert.InRange(known[(int)Math.Ceiling(0.95m * all) - 1], 0, Known.TotalSeconds);
        foreach (var checkout in checkouts) Assert.Equal(await engine.SessionAsync(checkout), await engine.PspSessionAsync(checkout));
    }

    /// <summary>For each call whose outcome was unknown at the return, how many seconds it took until it was known; soonest first.</summary>
    private async Task<IReadOnlyList<int>> SecondsUntilKnownAsync(string items, long left)
    {
        var unknown = $"SELECT COUNT(*) FROM psp_calls WHERE is_uncertain = 1 AND effect_proved IS NULL AND item IN {items}";
        // A timer of the program brings them back; from then on a slow machine makes nothing due later.
        await engine.CountAsync(0, $"SELECT COUNT(*) FROM retry_tasks WHERE due_at > $1 AND last_error IS NOT NULL AND subject_id IN {items}", engine.NowMicroseconds + PspReturn.Spread.Ticks / TimeSpan.TicksPerMicrosecond);
        var known = new List<int>();
        for (var second = 0; left > 0; second++)
        {
            Assert.True(second < 600, $"{left} outcomes are still unknown after ten minutes.");
            var now = engine.NowMicroseconds;
            await engine.CountAsync(0, $"SELECT COUNT(*) FROM retry_tasks WHERE state = 'Due' AND due_at <= $1 AND subject_id IN {items}", now);
            var still = await engine.ScalarAsync(unknown);
            known.AddRange(Enumerable.Repeat(second, (int)(left - still)));
            left = still;
            engine.Pass(TimeSpan.FromSeconds(1));
        }
        return known;
    }

    [Fact]
    public async Task StoredServerError_IsLookedUp_BelievedOnlyAMinuteLater_AndSentAnewWithoutAnybody()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 500 });
        await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await engine.CountAsync(1, $"SELECT COUNT(*) FROM psp_calls WHERE absent_since IS NOT NULL AND item IN {Mine}", checkout.Id);

        // Somebody presses in between: that is a second look, too early to be believed.
        engine.Pass(TimeSpan.FromSeconds(20));
        await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        Assert.Equal((1L, 0L), (await GenerationsAsync(checkout), await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_calls WHERE effect_proved IS NOT NULL AND item IN {Mine}", checkout.Id)));

        engine.Pass(TimeSpan.FromSeconds(61));
        await Until.TrueAsync(async () => await engine.SessionAsync(checkout) is not null);

        Assert.Equal((2L, 1), (await GenerationsAsync(checkout), await engine.PspSessionsAsync(checkout)));
        Assert.Equal(1, await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_calls WHERE generation = 1 AND effect_proved = 'Nothing' AND item IN {Mine}", checkout.Id));
    }

    [Fact]
    public async Task Key_OlderThan23Hours_IsNeverSentAgain_AndALookUpFindsThePage()
    {
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync([new FaultRule { Method = "POST", Path = Create, Times = 1, Do = "reset_after" }, .. Down]);
        await engine.Buyer.PayAsync(checkout.Link, CancellationToken.None);
        await engine.CountAsync(1, $"SELECT COUNT(*) FROM psp_calls WHERE is_uncertain = 1 AND item IN {Mine}", checkout.Id);

        engine.Pass(KeyRule.KeyLife);
        var from = engine.NowMicroseconds;
        await engine.Control.ClearFaultsAsync();
        var old = await engine.PspSessionAsync(checkout);

        // The checkout's time is up meanwhile, so the page that is found is closed: nobody was ever sent to it.
        await engine.IsAsync(checkout, "EXPIRED");
        await PassUntilAsync(async () => (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + old)).Body["status"] == "expired");
        Assert.Equal((1, 0L), (await engine.PspSessionsAsync(checkout), await engine.ChargesAsync(checkout)));
        Assert.Equal(0, await engine.ScalarAsync($"SELECT COUNT(*) FROM psp_exchanges WHERE method = 'POST' AND path = '{Create}' AND started_at >= $2 AND item IN {Mine}", checkout.Id, from));
    }

    [Fact]
    public async Task Key_OlderThan23Hours_WhoseCallDidNothing_IsFollowedByTheNextOneWithoutAnybody()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Expire, Do = "reset_before" });
        Assert.Equal(202, (await engine.Client.CancelAsync(checkout)).Status);
        await engine.CountAsync(1, $"SELECT COUNT(*) FROM psp_calls WHERE step = 'expire' AND is_uncertain = 1 AND item IN {Mine}", checkout.Id);
        await engine.Control.SetFaultsAsync(Down);

        // Not a whole day: after one the PSP closes the page by itself.
        engine.Pass(KeyRule.KeyLife + TimeSpan.FromMinutes(1));
        var from = engine.NowMicroseconds;
        await engine.Control.ClearFaultsAsync();
        await PassUntilAsync(async () => await engine.StatusAsync(checkout) == "CANCELED");

        // Whoever looks may send, the poll as well as the checkout's end: what counts is that it is one key.
        var keys = $"SELECT COUNT(DISTINCT psp_key) FROM psp_exchanges WHERE psp_key LIKE '%:expire:{{0}}' AND started_at >= $2 AND item IN {Mine}";
        Assert.Equal(0, await engine.ScalarAsync(keys.Replace("{0}", "1", StringComparison.Ordinal), checkout.Id, from));
        Assert.Equal(1, await engine.ScalarAsync(keys.Replace("{0}", "2", StringComparison.Ordinal), checkout.Id, from));
        Assert.Equal("expired", (string?)(await engine.Psp.GetAsync("/v1/checkout/sessions/" + session)).Body["status"]);
        Assert.Equal(0, await engine.ChargesAsync(checkout));
    }

    private Task<long> GenerationsAsync(MadeCheckout checkout) => engine.ScalarAsync($"SELECT MAX(generation) FROM psp_calls WHERE item IN {Mine}", checkout.Id);

    /// <summary>Lets a minute pass whenever the worker has nothing left to do, as often as it takes.</summary>
    private async Task PassUntilAsync(Func<Task<bool>> condition)
    {
        for (var turn = 0; turn < 6 && !await condition(); turn++)
        {
            engine.Pass(TimeSpan.FromSeconds(61));
            var now = engine.NowMicroseconds;
            await Until.TrueAsync(async () => await condition() || await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE state = 'Due' AND due_at <= $1", now) == 0);
        }
        await Until.TrueAsync(condition);
    }
}
