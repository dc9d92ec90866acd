using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Jobs;
using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Support;
using Quartz;

namespace PaymentPortal.Tests.Jobs;

/// <summary>Timers on a real scheduler: one run at a time, none for ever, and what fails is seen.</summary>
public sealed class TimerTests
{
    private const string Name = "Test";

    /// <summary>What runs by itself, and how many seconds it sleeps at most: one that goes missing, or rests for longer, is missed here.</summary>
    private static readonly Dictionary<string, int> LongestSleep = new(StringComparer.Ordinal)
    {
        ["Wake the worker"] = 1, ["Wake the consumers of facts"] = 1, ["Bring back what waits for the PSP"] = 10, ["Dispatch the outbox"] = 1, ["Count refused webhooks"] = 60,
        ["Catch up on the PSP's events"] = 3600, ["Compare the PSP's sessions"] = 3600, ["Watch for stuck work"] = 600, ["Watch the disputes' due dates"] = 3600, ["Ask for scheduled payouts"] = 3600,
        ["End approvals in time"] = 300, ["Order the PSP's settlement reports"] = 3600, ["Anchor the chains"] = 60, ["Verify the books"] = 30, ["Seal anew under the newest key"] = 60, ["Sum the accounts"] = 3600,
    };

    [Fact]
    public void Timers_AreAllThere_AndNoneSleepsTooLong()
    {
        Assert.Equal(LongestSleep.Keys.Order(StringComparer.Ordinal), Timers.All.Select(timer => timer.Name).Order(StringComparer.Ordinal));
        Assert.All(Timers.All, timer => Assert.InRange(timer.Period.TotalSeconds, 0.1, LongestSleep[timer.Name]));
    }

    /// <summary>The host's own timer, hurried: nobody but the scheduler calls the watch.</summary>
    [Fact]
    public async Task BooksTimer_OfAnEditedRow_TurnsItRedByItself()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var books = WatchRig.Of(store);
        await using var rig = await TimerRig.StartAsync(Timers.All.Single(timer => timer.Name == "Verify the books") with { Period = TimeSpan.FromMilliseconds(200) }, more: services => services.AddSingleton(books.Watch));
        await Until.TrueAsync(async () => await StateAsync() == InvariantState.Holds);

        await store.CorruptAsync("UPDATE journal_entries SET memo = 'x' WHERE seq = 3");

        await Until.TrueAsync(async () => await StateAsync() == InvariantState.Broken);

        async Task<InvariantState?> StateAsync() => (await books.Results.ReadAsync(CancellationToken.None)).SingleOrDefault(result => result.Code == "chain-main")?.State;
    }

    [Fact]
    public async Task Timer_FiredBySeveralAtOnce_RunsOneAfterTheOther()
    {
        var (running, most, ran) = (0, 0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await TimerRig.StartAsync(new TimerWork(Name, TimeSpan.FromDays(1), async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref ran);
        }));
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref running) == 1));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => rig.Board.RunNowAsync(Name, CancellationToken.None)));
        gate.SetResult();

        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref ran) == 4));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Timer_ThatHangs_IsCancelledAtItsDeadline_AndSeenOnHealth()
    {
        var runs = 0;
        await using var rig = await TimerRig.StartAsync(new TimerWork(Name, TimeSpan.FromDays(1), (_, stop) => Interlocked.Increment(ref runs) == 1 ? Task.Delay(Timeout.Infinite, stop) : Task.CompletedTask)
        {
            Deadline = TimeSpan.FromMilliseconds(50),
        });

        await Until.TrueAsync(async () => (await rig.FactAsync()).Level == HealthLevel.Attention);

        Assert.Contains("was cancelled", (await rig.FactAsync()).Text, StringComparison.Ordinal);
        // It stands in nobody's way: the next run goes well, and the alarm ends.
        await rig.Board.RunNowAsync(Name, CancellationToken.None);
        await Until.TrueAsync(async () => (await rig.FactAsync()).Level == HealthLevel.Good);
    }

    [Fact]
    public async Task Timer_ThatDoesNotHeedItsDeadline_IsSeenWhileItHangs()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await TimerRig.StartAsync(new TimerWork(Name, TimeSpan.FromDays(1), (_, _) => gate.Task) { Deadline = TimeSpan.FromMilliseconds(1) });
        await Until.TrueAsync(async () => (await rig.Board.ListAsync(CancellationToken.None)).Single().IsRunning);

        rig.Time.Pass(TimeSpan.FromMinutes(1));

        Assert.Contains("runs on past its deadline", (await rig.FactAsync()).Text, StringComparison.Ordinal);
        gate.SetResult();
        await Until.TrueAsync(async () => (await rig.FactAsync()).Level == HealthLevel.Good);
    }

    /// <summary>Whatever is done to the wall clock, a period stays a period: none is lost for hours, and what was missed comes once.</summary>
    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task Timer_WhoseWallClockIsSet_FiresOn(int hours)
    {
        var runs = 0;
        var wall = new SetClock();
        await using var rig = await TimerRig.StartAsync(new TimerWork(Name, TimeSpan.FromMilliseconds(50), (_, _) => Task.FromResult(Interlocked.Increment(ref runs))), wall);
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref runs) >= 3));

        wall.Set(TimeSpan.FromHours(hours));
        var before = Volatile.Read(ref runs);

        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref runs) >= before + 5));
        // Thousands of periods lie in the two hours that were skipped: they are no thousands of runs.
        Assert.InRange(Volatile.Read(ref runs) - before, 5, 100);
    }

    [Fact]
    public void SteadyTime_OfAClockThatIsSetBack_GoesOnFromWhereItWas()
    {
        var wall = new SetClock();
        var steady = new SteadyTime(wall);
        var first = steady.GetUtcNow();

        wall.Set(TimeSpan.FromHours(-2));
        var second = steady.GetUtcNow();
        wall.Set(TimeSpan.FromHours(1));
        var third = steady.GetUtcNow();

        Assert.InRange(second - first, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(third - second, TimeSpan.FromHours(3), TimeSpan.FromHours(3) + TimeSpan.FromMinutes(1));
    }

    /// <summary>The system's clock, set to another time than it is.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long _offset;

        public void Set(TimeSpan offset) => Interlocked.Exchange(ref _offset, offset.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
    }

    /// <summary>The host's own registration with another list of timers.</summary>
    private sealed class TimerRig(ServiceProvider services, IScheduler scheduler) : IAsyncDisposable
    {
        public JobBoard Board => services.GetRequiredService<JobBoard>();

        public StopwatchTime Time => services.GetRequiredService<StopwatchTime>();

        public static async Task<TimerRig> StartAsync(TimerWork timer, TimeProvider? wall = null, Action<IServiceCollection>? more = null)
        {
            var services = new ServiceCollection();
            services.AddLogging(logging => logging.ClearProviders());
            var time = new StopwatchTime();
            services.AddSingleton(time);
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(provider => new JobBoard(provider.GetRequiredKeyedService<ISchedulerFactory>(JobBoard.Scheduler), provider.GetRequiredService<SteadyTime>(), provider.GetRequiredService<TimeProvider>()));
            services.AddTimers([timer], wall ?? time);
            more?.Invoke(services);
            var provider = services.BuildServiceProvider();
            var scheduler = await provider.GetRequiredKeyedService<ISchedulerFactory>(JobBoard.Scheduler).GetScheduler(CancellationToken.None);
            await scheduler.Start(CancellationToken.None);
            return new TimerRig(provider, scheduler);
        }

        public Task<HealthFactResult> FactAsync() => new TimersFact(Board).ReadAsync(CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
            await services.DisposeAsync();
        }
    }
}
