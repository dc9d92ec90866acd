using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>
/// Half a day without the PSP, on a moved clock: answers are lost as it goes and as it comes back, webhooks are lost, doubled and late all the time, and
/// buyers pay meanwhile on pages that they had. Nobody but the buyers does anything. A hundred payments in every run; DRILL_PAYMENTS sets how many.
/// </summary>
public sealed class OutageDrillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";
    private const int AtOnce = 64;

    private static readonly TimeSpan Outage = TimeSpan.FromHours(12);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(30);

    /// <summary>How late each webhook is, on the moved clock: later than the buyer's return and the first look.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(20);

    private static readonly string[] Paths = [Create, "/v1/checkout/sessions/*", "/v1/checkout/sessions/*/expire", "/v1/charges", "/v1/balance", "/v1/events", "/v1/disputes", "/v1/refunds"];
    private static readonly WebhookFaults BadWebhooks = new() { Drop = 0.4, Duplicate = 0.3, DelayMs = (int)Late.TotalMilliseconds, Shuffle = true };

    private readonly int _payments = int.Parse(Environment.GetEnvironmentVariable("DRILL_PAYMENTS") ?? "100", CultureInfo.InvariantCulture);
    // As long as in life: thousands of calls at once on a busy machine are slow, and slow must not count as lost.
    private readonly EngineHost _engine = new() { PspTimeout = TimeSpan.FromSeconds(15) };

    /// <summary>How a buyer and the outage meet.</summary>
    private enum Fate
    {
        PaidBefore,
        PaysMeanwhile,
        PageNeverSeen,
        AnswerLostAtTheEnd,
        PressedWhileDown,
        Leaves,
    }

    public Task InitializeAsync() => _engine.InitializeAsync();

    public Task DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task HalfADayWithoutThePsp_EndsWithNothingLostDoubledOrUnknown()
    {
        var cast = new ConcurrentDictionary<Fate, ConcurrentBag<MadeCheckout>>();
        await SetFaultsAsync();
        await ArriveAsync(cast, Fate.PaidBefore, Fate.PaysMeanwhile, Fate.Leaves);
        await AllAsync(cast, [Fate.PaidBefore, Fate.PaysMeanwhile, Fate.Leaves], _engine.PressAsync);

        // The line gets bad: the PSP acts and its answers are lost in every way, then nothing gets through at all.
        await SetFaultsAsync(Lost(0.4, "reset_after"), Lost(0.4, "truncate"), new FaultRule { Method = "POST", Path = Create, Status = 500 });
        await ArriveAsync(cast, Fate.PageNeverSeen);
        await AllAsync(cast, [Fate.PageNeverSeen], checkout => _engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        await AllAsync(cast, [Fate.PaidBefore], async checkout => await _engine.ConfirmAsync((await _engine.SessionAsync(checkout))!));
        await SetFaultsAsync(Down());
        await AllAsync(cast, [Fate.PaysMeanwhile], async checkout => await _engine.ConfirmAsync((await _engine.SessionAsync(checkout))!));
        for (var time = TimeSpan.Zero; time < Outage; time += Step) await PassAsync(Step);

        // It comes back for a moment, too weak to give every answer and too well for the circuit to open, and is gone again.
        await ArriveAsync(cast, Fate.AnswerLostAtTheEnd, Fate.PressedWhileDown);
        await SetFaultsAsync();
        await PassAsync(TimeSpan.FromMinutes(1));
        await SetFaultsAsync(Lost(0.45, "reset_after"));
        await AllAsync(cast, [Fate.AnswerLostAtTheEnd], checkout => _engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        await SetFaultsAsync(Down());
        await AllAsync(cast, [Fate.PressedWhileDown], checkout => _engine.Buyer.PayAsync(checkout.Link, CancellationToken.None));
        await PassAsync(TimeSpan.FromMinutes(1));
        await SetFaultsAsync();

        await MeasureAsync();
        await AllAsync(cast, [Fate.AnswerLostAtTheEnd, Fate.PressedWhileDown], async checkout => await _engine.ConfirmAsync(await _engine.PressAsync(checkout)));
        await ComeToRestAsync();

        foreach (var (fate, checkouts) in cast) await AssertAsync(checkouts, fate is Fate.PageNeverSeen or Fate.Leaves ? "EXPIRED" : "SUCCESS");
        await AssertChargedOnceAsync(cast);
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters"));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE effect_proved IS NULL"));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM payment_events WHERE status = 'FAILED'"));
        Assert.True(await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE received_at - created_at >= $1 AND listed_at IS NULL", Late.Ticks / TimeSpan.TicksPerMicrosecond) > 0, "No webhook was late.");
        await _engine.AssertSoundAsync();
    }

    private static FaultRule Lost(double probability, string how) => new() { Method = "POST", Path = Create, Probability = probability, Do = how };

    private static FaultRule[] Down() => [.. Paths.Select(path => new FaultRule { Path = path, Do = "reset_before" })];

    private Task SetFaultsAsync(params IReadOnlyList<FaultRule> rules) => _engine.Control.SetFaultsAsync(new FaultSettings { Rules = rules, Webhooks = BadWebhooks });

    /// <summary>An equal share of the payments for each fate.</summary>
    private async Task ArriveAsync(ConcurrentDictionary<Fate, ConcurrentBag<MadeCheckout>> cast, params Fate[] fates)
    {
        var share = _payments / Enum.GetValues<Fate>().Length;
        foreach (var fate in fates)
            await Parallel.ForEachAsync(Enumerable.Range(0, share), Degree, async (_, _) => cast.GetOrAdd(fate, _ => []).Add(await _engine.CreateAsync()));
    }

    private static ParallelOptions Degree => new() { MaxDegreeOfParallelism = AtOnce };

    private static async Task AllAsync<T>(ConcurrentDictionary<Fate, ConcurrentBag<MadeCheckout>> cast, Fate[] fates, Func<MadeCheckout, Task<T>> act)
    {
        foreach (var fate in fates) await Parallel.ForEachAsync(cast[fate], Degree, async (checkout, _) => await act(checkout));
    }

    /// <summary>Lets time pass, then fires the program's own timers as they would have fired, and waits until nothing is due.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        _engine.Pass(time);
        await _engine.Services.GetRequiredService<PspReturn>().WakeAsync(CancellationToken.None);
        if (time >= TimeSpan.FromMinutes(15)) await _engine.Services.GetRequiredService<EventCatchUp>().RunAsync(CancellationToken.None);
        var now = _engine.NowMicroseconds;
        await Until.TrueAsync(async () =>
        {
            _engine.Services.GetRequiredService<RetryWorker>().Wake();
            return await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE state = 'Due' AND due_at <= $1", now) == 0;
        }, TimeSpan.FromMinutes(10));
    }

    /// <summary>The same-key path: how long after the PSP answers again each call whose outcome was unknown is known.</summary>
    private async Task MeasureAsync()
    {
        const string Unknown = "SELECT COUNT(*) FROM psp_calls WHERE is_uncertain = 1 AND must_look_up = 0 AND effect_proved IS NULL AND item IN (SELECT attempt_id FROM attempts WHERE state = 'Open')";
        var all = await _engine.ScalarAsync(Unknown);
        var passed = TimeSpan.Zero;
        var left = all;
        for (; passed < Known && left > all / 20; passed += TimeSpan.FromSeconds(1))
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            left = await _engine.ScalarAsync(Unknown);
        }
        output.WriteLine($"{all} outcomes were unknown as the PSP came back; {all - left} of them were known {passed.TotalSeconds:F0} s later.");
        Assert.True(all > 0, "No answer was lost.");
        Assert.True(left <= all / 20, $"{left} of {all} outcomes were still unknown {passed.TotalSeconds:F0} s after the PSP's return.");
    }

    private async Task ComeToRestAsync()
    {
        var hours = 0;
        while (await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks") > 0)
        {
            Assert.True(++hours < 48, $"Two days later something still waits: {await _engine.TextAsync("SELECT group_concat(kind || ' ' || COALESCE(last_error, '')) FROM (SELECT * FROM retry_tasks LIMIT 5)")}");
            await PassAsync(TimeSpan.FromHours(1));
        }
        await _engine.Services.GetRequiredService<OutboxDispatcher>().DispatchAsync(CancellationToken.None);
    }

    private async Task AssertAsync(IEnumerable<MadeCheckout> checkouts, string status)
    {
        foreach (var checkout in checkouts) Assert.Equal(status, await _engine.StatusAsync(checkout));
    }

    /// <summary>By the PSP's own list of pages and its own count of charges, so that a page that we never heard of counts too.</summary>
    private async Task AssertChargedOnceAsync(ConcurrentDictionary<Fate, ConcurrentBag<MadeCheckout>> cast)
    {
        var charges = (await _engine.Control.BooksAsync()).Sessions;
        var made = (await _engine.Psp.SessionsAsync()).ToLookup(session => session.Checkout, session => charges.GetValueOrDefault(session.Id));
        foreach (var (fate, checkouts) in cast)
        {
            var wanted = fate is Fate.PageNeverSeen or Fate.Leaves ? 0 : 1;
            Assert.All(checkouts, checkout => Assert.Equal(wanted, made[checkout.Id].Sum()));
        }
    }
}
