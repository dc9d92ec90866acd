using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>A clock that is set, and a program that was away for a day: no step is lost, and none is tried beside itself.</summary>
public sealed class RetryClockTests : IAsyncLifetime
{
    private const string Left = "SELECT COUNT(*) FROM retry_tasks";
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    private readonly StopwatchTime _steady = new();
    private TestStore _store = null!;
    private PausedStep _step = null!;
    private RetryWorker _worker = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        _step = new PausedStep(_store.Lane);
        _worker = new RetryWorker(
            _store.Lane, [_step], new RetryPolicies(_store.Dialect, below => below - 1), new DeadLetters([], NullLogger<DeadLetters>.Instance), _steady, NullLogger<RetryWorker>.Instance);
    }

    public async Task DisposeAsync()
    {
        _worker.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Clock_SetForwardsDuringATry_StartsNoSecondBesideIt()
    {
        await AddAsync(1);
        await _worker.RunDueAsync(CancellationToken.None);

        _store.Time.Advance(TwoHours);
        await _worker.RunDueAsync(CancellationToken.None);

        Assert.Single(_step.Begun);
        _step.GoOn();
        await Until.TrueAsync(async () => await _store.ScalarAsync(Left) == 0);
    }

    [Fact]
    public async Task Clock_SetBackDuringATry_LeavesItsLeaseAndItsEnd()
    {
        await AddAsync(1);
        await _worker.RunDueAsync(CancellationToken.None);

        _store.Time.Advance(-TwoHours);
        await _worker.RunDueAsync(CancellationToken.None);

        Assert.Single(_step.Begun);
        _step.GoOn();
        await Until.TrueAsync(async () => await _store.ScalarAsync(Left) == 0);
    }

    /// <summary>A person who presses, or a request that wants the step now, asks the same lease as the worker.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Clock_SetDuringATry_GivesItsStepToNobodyElse(int hours)
    {
        await AddAsync(1);
        await _worker.RunDueAsync(CancellationToken.None);

        _store.Time.Advance(TimeSpan.FromHours(hours));

        Assert.Null(await _store.RunAsync(unit => _worker.ClaimNow(unit, _step.Kind, Name(0))));
        _step.GoOn();
        await Until.TrueAsync(async () => await _store.ScalarAsync(Left) == 0);
        Assert.Equal([1], _step.Ended);
    }

    [Fact]
    public async Task Lease_OverByTheClockThatNobodySets_IsTakenOver_AndItsLateEndIsRefused()
    {
        await AddAsync(1);
        await _worker.RunDueAsync(CancellationToken.None);
        _store.Time.Advance(TwoHours);
        _steady.Pass(RetryQueue.Lease);

        await _worker.RunDueAsync(CancellationToken.None);

        Assert.Equal(2, _step.Begun.Count);
        _step.GoOn();
        await Until.TrueAsync(() => Task.FromResult(_step.Refused.Count == 1 && _step.Ended.Count == 1));
        Assert.Equal((1, 2), (_step.Refused.Single(), _step.Ended.Single()));
    }

    [Fact]
    public async Task Clock_SetBack_PutsDueStepsOffAndLosesNone()
    {
        _step.GoOn();
        await AddAsync(3);
        _store.Time.Advance(-TwoHours);
        await _worker.RunDueAsync(CancellationToken.None);
        Assert.Empty(_step.Begun);

        _store.Time.Advance(TwoHours);
        await _worker.RunDueAsync(CancellationToken.None);

        await Until.TrueAsync(async () => await _store.ScalarAsync(Left) == 0);
        Assert.Equal(3, _step.Begun.Distinct().Count());
        Assert.Equal(3, _step.Begun.Count);
    }

    [Fact]
    public async Task BacklogOfADay_IsTakenUpInTheOrderOfItsTimes_EachOnce_AndThrottled()
    {
        const int Steps = 1_500;
        await AddAsync(Steps, apart: TimeSpan.FromMinutes(1));
        _store.Time.Advance(TimeSpan.FromMinutes(Steps));

        var running = _worker.RunDueAsync(CancellationToken.None);
        await Until.TrueAsync(() => Task.FromResult(_step.Begun.Count == RetryWorker.ClaimAtOnce));
        Assert.Equal(Enumerable.Range(0, RetryWorker.ClaimAtOnce).Select(Name), _step.Begun.Order(StringComparer.Ordinal));
        _step.GoOn();
        await running;

        await Until.TrueAsync(async () => await _store.ScalarAsync(Left) == 0);
        Assert.Equal(Steps, _step.Begun.Count);
        Assert.Equal(Steps, _step.Begun.Distinct().Count());
    }

    private static string Name(int number) => $"item-{number:0000}";

    private Task AddAsync(int count, TimeSpan apart = default) => _store.RunAsync(unit =>
    {
        // Written in any other order than that of their times.
        for (var number = count - 1; number >= 0; number--) RetryQueue.Add(unit, "test", Name(number), unit.Now + (apart * number));
        return 0;
    });

    /// <summary>A step whose tries wait until they are let go on.</summary>
    private sealed class PausedStep(WriteLane lane) : IRetryHandler
    {
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Kind => "test";

        public ConcurrentBag<string> Begun { get; } = [];

        /// <summary>The fences under which an end was written.</summary>
        public ConcurrentBag<long> Ended { get; } = [];

        /// <summary>Those under which it no longer could be.</summary>
        public ConcurrentBag<long> Refused { get; } = [];

        public void GoOn() => _goOn.TrySetResult();

        public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
        {
            Begun.Add(task.SubjectId);
            await _goOn.Task;
            try
            {
                await lane.RunAsync(unit => { RetryQueue.Finish(unit, task); return 0; }, CancellationToken.None);
                Ended.Add(task.Fence);
            }
            catch (LeaseLostException)
            {
                Refused.Add(task.Fence);
            }
            return new TaskEnd.Settled();
        }
    }
}
