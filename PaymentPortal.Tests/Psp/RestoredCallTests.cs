using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>After a restore the PSP is asked before anything is sent for an item from before it: the host that is gone may have sent it since the backup.</summary>
public sealed class RestoredCallTests : IAsyncLifetime
{
    private TestStore _store = null!;
    private RestoreNote _note = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        _note = new RestoreNote(_store.Time.GetUtcNow(), _store.Time.GetUtcNow().AddDays(2), "test");
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Prepare_NothingKnownOfIt_LooksForAnyGenerationFirst()
    {
        _store.Time.Advance(TimeSpan.FromDays(2));

        var plan = await PrepareAsync();

        Assert.Equal((PspNext.LookUp, 0), (plan.Next, plan.Call.Tries));
        Assert.True(plan.Call.IsMadeUnder("out_1:payout:3"));
        Assert.False(plan.Call.IsMadeUnder("out_1:transfer:1"));
        Assert.True(plan.Call.FirstSentAt <= _note.From && plan.Call.LastMadeAt >= _note.At);
    }

    [Fact]
    public async Task Prepare_SendsAfterTwoLooks_UnderANewKey_AndOnlyOnce()
    {
        _store.Time.Advance(TimeSpan.FromDays(2));
        await AbsentAsync((await PrepareAsync()).Call);

        var plan = await PrepareAsync();
        var repeat = await PrepareAsync();

        Assert.Equal((PspNext.Send, "out_1:payout:2"), (plan.Next, plan.Call.PspKey));
        Assert.Equal((PspNext.Send, "out_1:payout:2"), (repeat.Next, repeat.Call.PspKey));
        await using var reader = _store.Dialect.OpenReader();
        Assert.Empty((await new PspCallInvariant().CheckAsync(reader, CancellationToken.None)).Violations);
    }

    [Fact]
    public async Task Prepare_NotSentBeforeTheBackup_IsNotSentBlindly()
    {
        var before = await PrepareAsync(isRestored: false);
        _store.Time.Advance(TimeSpan.FromDays(2));

        var look = await PrepareAsync();
        await AbsentAsync(look.Call);
        var second = await PrepareAsync();

        Assert.Equal((PspNext.LookUp, before.Call.PspKey), (look.Next, look.Call.PspKey));
        // The first key is proved to have done nothing; a later one of the host that is gone is looked for, too.
        Assert.Equal((PspNext.LookUp, "out_1:payout:2"), (second.Next, second.Call.PspKey));
    }

    [Fact]
    public async Task Found_UnderALaterKeyOfTheLostHost_IsDone()
    {
        _store.Time.Advance(TimeSpan.FromDays(2));
        var look = await PrepareAsync();

        await _store.RunAsync(unit => { Log.RecordFound(unit, look.Call); return 0; });

        Assert.Equal(PspNext.Done, (await PrepareAsync()).Next);
    }

    [Fact]
    public void Id_TellsWhetherItIsOlder()
    {
        var moment = _store.Time.GetUtcNow();

        Assert.True(Ids.IsOlder(Ids.New<PayoutId>(moment.AddSeconds(-1)).Value, moment));
        Assert.False(Ids.IsOlder(Ids.New<PayoutId>(moment.AddSeconds(1)).Value, moment));
        Assert.True(Ids.IsOlder("seller-1", moment));
    }

    private PspCallLog Log => new(_store.Cipher);

    private Task<PspPlan> PrepareAsync(bool isRestored = true) =>
        _store.RunAsync(unit => Log.Prepare(unit, "out_1", "payout", key => new PspRequest("/v1/payouts", "amount=1&key=" + key), isRestored ? _note : null));

    private async Task AbsentAsync(PspCall call)
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            _store.Time.Advance(KeyRule.AbsenceGap);
            await _store.RunAsync(unit => Log.RecordAbsence(unit, call, unit.Now));
        }
    }
}
