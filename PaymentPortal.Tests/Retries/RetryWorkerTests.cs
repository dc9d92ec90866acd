using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

public sealed class RetryWorkerTests
{
    private const string Unknown = "SELECT COUNT(*) FROM psp_inbox WHERE state = 'UnknownObject'";

    [Fact]
    public async Task Step_DueAtOnce_WakesTheWorkerWithoutATimer()
    {
        await using var engine = await StubEngine.StartAsync();
        using var stop = new CancellationTokenSource();
        var running = engine.Get<RetryWorker>().RunAsync(stop.Token);

        await engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_1"), "{}", wake: () => { }, CancellationToken.None);

        await Until.TrueAsync(async () => await engine.ScalarAsync(Unknown) == 1);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task TakeOver_AfterACrash_FreesWhatTheDeadProcessHeld()
    {
        await using var engine = await StubEngine.StartAsync();
        var worker = engine.Get<RetryWorker>();
        await engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_1"), "{}", wake: () => { }, CancellationToken.None);
        var held = Assert.Single(await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 10), CancellationToken.None));
        await worker.RunDueAsync(CancellationToken.None);
        Assert.Equal(0, await engine.ScalarAsync(Unknown));

        await worker.TakeOverAsync(CancellationToken.None);
        await worker.RunDueAsync(CancellationToken.None);

        await Until.TrueAsync(async () => await engine.ScalarAsync(Unknown) == 1);
        // The dead may come back: what it still wants to write is void.
        await Assert.ThrowsAsync<LeaseLostException>(() => engine.Lane.RunAsync(unit => { RetryQueue.Finish(unit, held); return 0; }, CancellationToken.None));
    }

    [Fact]
    public async Task TakeOver_KilledTenTimesInARow_LosesNothingAndDoublesNothing()
    {
        await using var engine = await StubEngine.StartAsync();
        var worker = engine.Get<RetryWorker>();
        await engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_1"), "{}", wake: () => { }, CancellationToken.None);
        await engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_2"), "{}", wake: () => { }, CancellationToken.None);
        var dead = new List<ClaimedTask>();
        for (var start = 0; start < 10; start++)
        {
            // Killed after the take-over, or once it has begun to work again.
            await worker.TakeOverAsync(CancellationToken.None);
            if (start % 2 == 1) dead.AddRange(await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 1 + (start % 3)), CancellationToken.None));
        }

        await worker.TakeOverAsync(CancellationToken.None);
        await worker.RunDueAsync(CancellationToken.None);

        await Until.TrueAsync(async () => await engine.ScalarAsync(Unknown) == 2);
        await Until.TrueAsync(async () => await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks") == 0);
        foreach (var late in dead) await Assert.ThrowsAsync<LeaseLostException>(() => engine.Lane.RunAsync(unit => { RetryQueue.Finish(unit, late); return 0; }, CancellationToken.None));
        Assert.Empty(await engine.BrokenAsync());
    }

    /// <summary>Two processes, as far as the table goes: neither knows what the other has claimed.</summary>
    [Fact]
    public async Task TwoWorkers_OverOneStore_RunEachStepOnce()
    {
        const int Steps = 1_500;
        await using var store = await TestStore.CreateAsync();
        var (left, right) = (new CountingStep(store.Lane), new CountingStep(store.Lane));
        await store.RunAsync(unit =>
        {
            for (var at = 0; at < Steps; at++) RetryQueue.Add(unit, left.Kind, $"item-{at}", unit.Now);
            return 0;
        });
        using var first = WorkerOf(store, left);
        using var second = WorkerOf(store, right);

        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[] { first, second }).Select(worker => Task.Run(() => worker.RunDueAsync(CancellationToken.None))));
        await Until.TrueAsync(async () => await store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks") == 0);

        Assert.Equal(Steps, left.Ran.Count + right.Ran.Count);
        Assert.Equal(Steps, left.Ran.Concat(right.Ran).Distinct().Count());
    }

    private static RetryWorker WorkerOf(TestStore store, IRetryHandler step) =>
        new(store.Lane, [step], new RetryPolicies(store.Dialect, below => below - 1), new DeadLetters([], NullLogger<DeadLetters>.Instance), store.Time, NullLogger<RetryWorker>.Instance);

    private static PspEvent Stranger(string id) => new(id, "checkout.session.completed", "checkout.session", "cs_stranger", null, null, null, IsLive: false, Books.Start);

    private sealed class CountingStep(WriteLane lane) : IRetryHandler
    {
        public string Kind => "test";

        public ConcurrentQueue<string> Ran { get; } = [];

        public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
        {
            Ran.Enqueue(task.SubjectId);
            await lane.RunAsync(unit => { RetryQueue.Finish(unit, task); return 0; }, cancellationToken);
            return new TaskEnd.Settled();
        }
    }
}
