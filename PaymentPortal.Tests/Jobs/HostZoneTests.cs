using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Jobs;
using PaymentPortal.Tests.Support;
using Quartz;

namespace PaymentPortal.Tests.Jobs;

/// <summary>Days, weeks and due times are UTC's, wherever the host stands: when its clocks change, on a leap day and when its clock is set, nothing is left out and nothing comes twice.</summary>
[Collection(HostZone.Collection)]
public sealed class HostZoneTests
{
    private const string NewYork = "America/New_York";
    private const string Berlin = "Europe/Berlin";
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);

    /// <summary>The host's own list of timers, in the hours around a change of clocks and around both ends of a leap day.</summary>
    [Theory]
    [InlineData(NewYork, "2027-03-14T07:00Z")]
    [InlineData(NewYork, "2027-11-07T06:00Z")]
    [InlineData(Berlin, "2028-02-29T00:00Z")]
    [InlineData(Berlin, "2028-03-01T00:00Z")]
    public async Task Timers_OverAChange_FireOnceAPeriod(string zone, string change)
    {
        using var host = new HostZone(zone);
        var (from, until) = (Moment(change) - Around, Moment(change) + Around);
        Assert.Equal(zone == NewYork, host.OffsetAt(from) != host.OffsetAt(until));

        var triggers = await TriggersAsync(from);

        Assert.Equal(Timers.All.Count, triggers.Count);
        foreach (var (timer, trigger) in triggers)
        {
            var fires = FireTimes(trigger, from, until).ToList();
            Assert.Equal((int)(2 * Around / timer.Period), fires.Count);
            Assert.All(fires.Zip(fires.Skip(1)), pair => Assert.Equal(timer.Period, pair.Second - pair.First));
        }
    }

    [Theory]
    [InlineData(NewYork, "2027-03-12T00:00Z", "2027-03-12 2027-03-13 2027-03-14 2027-03-15", "2027-W10 2027-W11")]
    [InlineData(NewYork, "2027-11-05T00:00Z", "2027-11-05 2027-11-06 2027-11-07 2027-11-08", "2027-W44 2027-W45")]
    [InlineData(Berlin, "2028-02-27T00:00Z", "2028-02-27 2028-02-28 2028-02-29 2028-03-01 2028-03-02 2028-03-03 2028-03-04 2028-03-05 2028-03-06", "2028-W08 2028-W09 2028-W10")]
    public async Task Days_OfPayoutsAndReports_ComeOnceEach(string zone, string from, string days, string weeks)
    {
        using var host = new HostZone(zone);
        await using var shop = await Shop.OpenAsync(Moment(from));

        for (var halfHours = days.Split(' ').Length * 48; halfHours > 0; halfHours--) await shop.RunAndPassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal((days, weeks), (await shop.PeriodsAsync(PayoutSchedule.Daily), await shop.PeriodsAsync(PayoutSchedule.Weekly)));
        // A day's reports are ordered once it is over.
        Assert.Equal(string.Join(' ', days.Split(' ').SkipLast(1)), await shop.ReportedAsync());
    }

    /// <summary>Set to tomorrow and back again: tomorrow's payout has gone out by then, and tomorrow makes no other.</summary>
    [Fact]
    public async Task Clock_SetOverMidnightAndBack_MakesEachDayOnce()
    {
        await using var shop = await Shop.OpenAsync(Moment("2027-06-01T23:30Z"));
        foreach (var hours in new[] { 2, -2, 1, 24, -2, 2 }) await shop.RunAndPassAsync(TimeSpan.FromHours(hours));
        await shop.RunAndPassAsync(TimeSpan.Zero);

        Assert.Equal(("2027-06-01 2027-06-02 2027-06-03", "2027-W22"), (await shop.PeriodsAsync(PayoutSchedule.Daily), await shop.PeriodsAsync(PayoutSchedule.Weekly)));
        Assert.Equal("2027-06-01 2027-06-02", await shop.ReportedAsync());
    }

    /// <summary>Also the steps of the hour that the host's clocks leave out, and of the one that they show twice.</summary>
    [Theory]
    [InlineData(NewYork, "2027-03-14T07:00Z")]
    [InlineData(NewYork, "2027-11-07T06:00Z")]
    [InlineData(Berlin, "2028-02-29T00:00Z")]
    public async Task DueTimes_OverAChange_ComeOneAfterTheOther(string zone, string change)
    {
        const int Steps = 24;
        var apart = 2 * Around / Steps;
        using var host = new HostZone(zone);
        await using var store = await TestStore.CreateAsync();
        store.Time.Advance(Moment(change) - Around - store.Time.GetUtcNow());
        await store.RunAsync(unit =>
        {
            for (var step = 0; step < Steps; step++) RetryQueue.Add(unit, "test", $"{step}", unit.Now + (apart * step));
            return 0;
        });

        for (var step = 0; step < Steps; step++)
        {
            var due = Assert.Single(await store.RunAsync(unit => RetryQueue.ClaimDue(unit, Steps)));
            Assert.Equal($"{step}", due.SubjectId);
            await store.RunAsync(unit => { RetryQueue.Finish(unit, due); return 0; });
            store.Time.Advance(apart);
        }
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<(TimerWork Timer, ITrigger Trigger)>> TriggersAsync(DateTimeOffset now)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton(new JobBoard(schedulers: null, steady: null, TimeProvider.System));
        services.AddTimers(Timers.All, new ManualTime(now));
        await using var provider = services.BuildServiceProvider();
        // Never started: when they would fire is all that is asked.
        var scheduler = await provider.GetRequiredKeyedService<ISchedulerFactory>(JobBoard.Scheduler).GetScheduler(CancellationToken.None);
        var triggers = new List<(TimerWork, ITrigger)>();
        foreach (var timer in Timers.All) triggers.AddRange((await scheduler.GetTriggersOfJob(new JobKey(timer.Name), CancellationToken.None)).Select(trigger => (timer, trigger)));
        return triggers;
    }

    private static IEnumerable<DateTimeOffset> FireTimes(ITrigger trigger, DateTimeOffset from, DateTimeOffset until)
    {
        for (var at = trigger.GetFireTimeAfter(from); at <= until; at = trigger.GetFireTimeAfter(at)) yield return at.Value;
    }

    /// <summary>Two sellers who sell all day long; one is paid daily, the other weekly.</summary>
    private sealed class Shop(StubEngine engine, PayoutSeed seed, Dictionary<PayoutSchedule, SellerAccount> sellers) : IAsyncDisposable
    {
        public static async Task<Shop> OpenAsync(DateTimeOffset at)
        {
            var engine = await StubEngine.StartAsync();
            engine.Time.Advance(at - engine.Time.GetUtcNow());
            var seed = new PayoutSeed(engine.Services);
            var sellers = new Dictionary<PayoutSchedule, SellerAccount>();
            foreach (var schedule in new[] { PayoutSchedule.Daily, PayoutSchedule.Weekly })
            {
                var seller = sellers[schedule] = await seed.SellerAsync("in-" + schedule, sales: 0);
                await engine.Lane.RunAsync(unit => unit.Execute("UPDATE seller_accounts SET payout_schedule = $2 WHERE seller_account = $1", seller.Value, schedule.ToString()), CancellationToken.None);
            }
            return new Shop(engine, seed, sellers);
        }

        /// <summary>Sells, lets the timers' work run, and sets the clock.</summary>
        public async Task RunAndPassAsync(TimeSpan time)
        {
            await engine.Lane.RunAsync(
                unit =>
                {
                    foreach (var seller in sellers.Values) seed.Sell(unit, seller, new Money(100, Currency.Of("USD")));
                    return 0;
                },
                CancellationToken.None);
            await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None);
            await engine.Get<SettlementReports>().RunAsync(CancellationToken.None);
            engine.Time.Advance(time);
        }

        /// <summary>The periods in which a payout was made.</summary>
        public Task<string?> PeriodsAsync(PayoutSchedule schedule) => engine.TextAsync(
            "SELECT group_concat(s.period, ' ' ORDER BY s.period) FROM scheduled_payouts s JOIN payouts p ON p.payout_id = s.payout_id WHERE s.seller_account = $1", sellers[schedule].Value);

        /// <summary>The days of which each kind of report was ordered.</summary>
        public async Task<string> ReportedAsync()
        {
            var orders = (await engine.TextAsync("SELECT group_concat(order_id, ' ' ORDER BY period_from, order_id) FROM report_orders"))!.Split(' ');
            var kinds = Enum.GetValues<SettlementKind>();
            var days = orders.GroupBy(order => order[^10..]).ToList();
            Assert.All(days, day => Assert.Equal(kinds.Select(kind => $"{kind.ToString().ToLowerInvariant()}-{day.Key}").Order(), day.Order()));
            return string.Join(' ', days.Select(day => day.Key));
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
