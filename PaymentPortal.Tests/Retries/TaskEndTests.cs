using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>What the worker makes of each way that a try can end.</summary>
public sealed class TaskEndTests : IAsyncLifetime
{
    private const string Row = "SELECT tries FROM retry_tasks WHERE state = ";
    private TestStore _store = null!;
    private ScriptedStep _step = null!;
    private DeadLetters _letters = null!;
    private RetryWorker _worker = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        _step = new ScriptedStep(_store.Lane);
        _letters = new DeadLetters([], NullLogger<DeadLetters>.Instance);
        _worker = new RetryWorker(_store.Lane, [_step], new RetryPolicies(_store.Dialect, below => below - 1), _letters, _store.Time, NullLogger<RetryWorker>.Instance);
        await _store.RunAsync(unit => { RetryQueue.Add(unit, "test", "item", unit.Now); return 0; });
    }

    public async Task DisposeAsync()
    {
        _worker.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Again_CountsATry_AndWaitsByPolicy()
    {
        _step.End = Failure(ErrorClass.Unanswered);

        await RunAsync();

        Assert.Equal((1, TimeSpan.FromSeconds(1)), (await _store.ScalarAsync(Row + "'Due'"), await WaitAsync()));
        Assert.Equal(1, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE operation = 'session.look-up' AND error_class = 'Unanswered' AND error_code = 'psp_timeout' AND failing_since IS NOT NULL AND is_held = 0"));
    }

    /// <summary>Whoever said "slow down" is not asked before he said, whatever the policy would have drawn.</summary>
    [Fact]
    public async Task Again_ToldWhenToComeBack_WaitsAtLeastSoLong()
    {
        _step.End = new TaskEnd.Again(Trouble(ErrorClass.Busy) with { RetryAfter = TimeSpan.FromSeconds(90) });

        await RunAsync();

        Assert.InRange(await WaitAsync(), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(180));
    }

    [Fact]
    public async Task Bury_OfFiveHundredOfOneCauseAndOneOfAnother_RaisesTwoAlarms()
    {
        var log = new Heard();
        var letters = new DeadLetters([], log);
        for (var number = 0; number <= 500; number++)
        {
            var (subject, error) = ($"item-{number}", number < 500 ? ErrorClass.Rejected : ErrorClass.Busy);
            var operation = number < 500 ? RetryOperations.LookUp : RetryOperations.CreateSession;
            await _store.RunAsync(unit =>
            {
                letters.Bury(unit, RetryQueue.AddClaimed(unit, "bury", subject), Trouble(error, operation));
                return 0;
            });
        }

        Assert.Equal(2, log.Alarms);
    }

    [Fact]
    public async Task Held_IsPutOff_AndNeverCounted()
    {
        _step.End = new TaskEnd.Held(TimeSpan.FromSeconds(5), "The circuit is open.");
        for (var turn = 0; turn < 50; turn++) await RunAsync(TimeSpan.FromSeconds(5));

        Assert.Equal((0, TimeSpan.FromSeconds(5)), (await _store.ScalarAsync(Row + "'Due' AND is_held = 1"), await WaitAsync()));

        _step.End = Failure(ErrorClass.Unanswered);
        await RunAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(1), await WaitAsync());
    }

    [Fact]
    public async Task Hold_OfTheHandler_KeepsItsStepFromStarting()
    {
        _step.Holds = new TaskEnd.Held(TimeSpan.FromSeconds(9), "Paused.");

        await RunAsync();

        Assert.Equal((0, TimeSpan.FromSeconds(9)), (_step.Runs, await WaitAsync()));
    }

    [Fact]
    public async Task Refused_ByAPolicyOfNoMoreTries_IsDeadAtOnce()
    {
        _step.End = Failure(ErrorClass.Rejected, RetryOperations.CreateSession);

        await RunAsync();

        Assert.Equal(1, await _store.ScalarAsync(Row + "'Dead'"));
    }

    [Fact]
    public async Task FaultOfOurs_IsTriedTwelveTimes_AndTheOthersFlowOn()
    {
        _step.Throws = true;
        await _store.RunAsync(unit => { RetryQueue.Add(unit, "other", "item", unit.Now.AddYears(1)); return 0; });
        for (var turn = 0; turn < 12; turn++) await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((12, 12), (_step.Runs, await _store.ScalarAsync(Row + "'Dead'")));
        _store.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await _store.RunAsync(unit => RetryQueue.ClaimDue(unit, 10)));
    }

    [Fact]
    public async Task GoodTry_ForgetsTheFailuresBeforeIt()
    {
        _step.End = Failure(ErrorClass.Unanswered);
        for (var turn = 0; turn < 4; turn++) await RunAsync(TimeSpan.FromMinutes(1));

        _step.Does = (unit, task) => RetryQueue.PutOff(unit, task, unit.Now.AddMinutes(1), isPoll: true);
        await RunAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE tries = 0 AND polls = 1 AND last_error IS NULL AND failing_since IS NULL"));
    }

    /// <summary>As after SIGSTOP and SIGCONT, or a long pause: it can't know how long it slept, so only its fence can tell.</summary>
    [Fact]
    public async Task WorkerThatWakesAfterItsLease_CanWriteNothing()
    {
        var asleep = await ClaimAsync();
        _store.Time.Advance(RetryQueue.Lease);
        var other = await ClaimAsync();
        Action<UnitOfWork, ClaimedTask>[] writes =
        [
            (unit, task) => RetryQueue.Finish(unit, task),
            (unit, task) => RetryQueue.PutOff(unit, task, unit.Now),
            (unit, task) => RetryQueue.Wait(unit, task, unit.Now, "x"),
            (unit, task) => RetryQueue.Hold(unit, task, unit.Now, "x"),
            (unit, task) => RetryQueue.Fail(unit, task, unit.Now, Trouble(ErrorClass.Busy)),
            (unit, task) => _letters.Bury(unit, task, Trouble(ErrorClass.Busy)),
            (unit, task) => RetryQueue.Guard(unit, task),
        ];

        foreach (var write in writes)
        {
            // What the same unit wrote before it noticed is void too.
            await Assert.ThrowsAsync<LeaseLostException>(() => _store.RunAsync(unit =>
            {
                unit.Execute("UPDATE retry_tasks SET last_error = 'written by the dead'");
                write(unit, asleep);
                return 0;
            }));
        }

        Assert.Equal(1, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE last_error IS NULL AND state = 'Due' AND fence = 2"));
        await _store.RunAsync(unit => { RetryQueue.Finish(unit, other); return 0; });
        Assert.Equal(0, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
    }

    private static TaskFailure Trouble(ErrorClass error, string operation = RetryOperations.LookUp) => new(operation, error, "Stripe", "psp_timeout", "The PSP did not answer.", MoneyEffect.Unknown);

    private static TaskEnd.Again Failure(ErrorClass error, string operation = RetryOperations.LookUp) => new(Trouble(error, operation));

    private async Task RunAsync(TimeSpan before = default)
    {
        _store.Time.Advance(before);
        await _worker.RunOneAsync(await ClaimAsync(), CancellationToken.None);
    }

    private async Task<ClaimedTask> ClaimAsync() => Assert.Single(await _store.RunAsync(unit => RetryQueue.ClaimDue(unit, 10)));

    private async Task<TimeSpan> WaitAsync() => TimeSpan.FromMicroseconds(await _store.ScalarAsync("SELECT due_at FROM retry_tasks WHERE kind = 'test'") - _store.Time.GetUtcNow().ToMicroseconds());

    private sealed class Heard : ILogger<DeadLetters>
    {
        private const int NewKindOfTrouble = 3004;

        public int Alarms { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == NewKindOfTrouble) Alarms++;
        }
    }

    private sealed class ScriptedStep(WriteLane lane) : IRetryHandler
    {
        public string Kind => "test";

        public TaskEnd End { get; set; } = new TaskEnd.Settled();

        public TaskEnd.Held? Holds { get; set; }

        public Action<UnitOfWork, ClaimedTask>? Does { get; set; }

        public bool Throws { get; set; }

        public int Runs { get; private set; }

        public TaskEnd.Held? Hold() => Holds;

        public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
        {
            Runs++;
            if (Throws) throw new InvalidOperationException("A fault of ours.");
            if (Does is not { } act) return End;
            await lane.RunAsync(unit => { act(unit, task); return 0; }, cancellationToken);
            return new TaskEnd.Settled();
        }
    }
}
