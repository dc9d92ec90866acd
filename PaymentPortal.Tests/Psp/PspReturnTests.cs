using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspReturnTests : IAsyncLifetime
{
    private const string DueSoon = "SELECT COUNT(*) FROM retry_tasks WHERE due_at <= ";
    private TestStore _store = null!;
    private PspHealth _health = null!;
    private PspReturn _return = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        _health = new PspHealth(_store.Time);
        _return = new PspReturn(_store.Lane, _health, below => below - 1);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task FirstAnswerAfterAnOutage_BringsForwardWhatWaitsForThePsp_AndNothingElse()
    {
        await FailAsync("unanswered", RetryOperations.LookUp, ErrorClass.Unanswered);
        await FailAsync("unreachable", RetryOperations.CreateSession, ErrorClass.Unreachable);
        await FailAsync("fault", RetryOperations.LookUp, ErrorClass.Internal);
        await FailAsync("told", RetryOperations.LookUp, ErrorClass.RateLimited);
        await FailAsync("shop", RetryOperations.MerchantWebhook, ErrorClass.Unanswered);
        await EndAsync("held", (unit, task) => RetryQueue.Hold(unit, task, unit.Now.AddHours(1), "The circuit is open."));
        await EndAsync("poll", (unit, task) => RetryQueue.PutOff(unit, task, unit.Now.AddHours(1), isPoll: true));
        await EndAsync("absent", (unit, task) => RetryQueue.Wait(unit, task, unit.Now.AddHours(1), "A minute must pass."));
        Outage();

        Assert.Equal(3, await _return.WakeAsync(CancellationToken.None));

        Assert.Equal(3, await _store.ScalarAsync(DueSoon + (_store.Time.GetUtcNow() + PspReturn.Spread).ToMicroseconds() + " AND subject_id IN ('unanswered', 'unreachable', 'held')"));
        Assert.Equal(0, await _return.WakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task SingleFailures_BetweenGoodAnswers_AreNoOutage()
    {
        await FailAsync("unanswered", RetryOperations.LookUp, ErrorClass.Unanswered);
        _health.Saw(PspVerdict.Succeeded, null);
        _health.Saw(PspVerdict.Unknown, null);
        _store.Time.Advance(TimeSpan.FromSeconds(4));
        _health.Saw(PspVerdict.Succeeded, null);

        Assert.Equal(0, await _return.WakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task EachReturn_IsServedOnce_AndManyStepsAreAllReached()
    {
        await _store.RunAsync(unit =>
        {
            for (var number = 0; number < 2500; number++) RetryQueue.Add(unit, "test", $"item-{number}", unit.Now.AddHours(1));
            return unit.Execute("UPDATE retry_tasks SET is_held = 1");
        });
        Outage();
        Assert.Equal(2500, await _return.WakeAsync(CancellationToken.None));

        await _store.ExecuteAsync("UPDATE retry_tasks SET due_at = due_at + 3600000000");
        Assert.Equal(0, await _return.WakeAsync(CancellationToken.None));
        Outage();
        Assert.Equal(2500, await _return.WakeAsync(CancellationToken.None));
    }

    private void Outage()
    {
        _health.Saw(PspVerdict.Unknown, null);
        _store.Time.Advance(TimeSpan.FromSeconds(6));
        _health.Saw(PspVerdict.Succeeded, null);
    }

    private Task FailAsync(string subject, string operation, ErrorClass error) => EndAsync(
        subject, (unit, task) => RetryQueue.Fail(unit, task, unit.Now.AddHours(1), new TaskFailure(operation, error, "Stripe", "x", "x", MoneyEffect.Unknown)));

    private Task EndAsync(string subject, Action<UnitOfWork, ClaimedTask> end) => _store.RunAsync(unit =>
    {
        RetryQueue.Add(unit, "test", subject, unit.Now);
        end(unit, RetryQueue.ClaimNow(unit, "test", subject)!);
        return 0;
    });
}
