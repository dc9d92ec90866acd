using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspCallLogTests
{
    private const string Item = "att_1";

    [Fact]
    public async Task Prepare_FirstTime_StoresKeyPathAndBytesBeforeAnySend()
    {
        await using var store = await TestStore.CreateAsync();

        var plan = await PrepareAsync(store);

        Assert.Equal(PspNext.Send, plan.Next);
        Assert.Equal("att_1:create:1", plan.Call.PspKey);
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE psp_key = 'att_1:create:1' AND path = '/v1/things' AND is_open = 1 AND tries = 1"));
    }

    [Fact]
    public async Task Prepare_AfterARestart_GivesTheStoredBytes_NotNewOnes()
    {
        await using var store = await TestStore.CreateAsync();
        await PrepareAsync(store);

        var restarted = new PspCallLog(store.Cipher);
        var plan = await store.RunAsync(unit => restarted.Prepare(unit, Item, "create", _ => throw new InvalidOperationException("A repeat must not build anew.")));

        Assert.Equal(new PspRequest("/v1/things", "a=1&key=att_1%3Acreate%3A1"), plan.Call.Request);
        Assert.Equal(2, plan.Call.Tries);
    }

    [Fact]
    public async Task Body_IsSealed()
    {
        await using var store = await TestStore.CreateAsync();

        await PrepareAsync(store);

        Assert.Equal(0, await store.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE instr(body, CAST('a=1' AS BLOB)) > 0"));
    }

    [Fact]
    public async Task Rejected_StartsANewGeneration()
    {
        await using var store = await TestStore.CreateAsync();
        var first = await PrepareAsync(store);

        await RecordAsync(store, first.Call, PspVerdict.Rejected, 400);
        var second = await PrepareAsync(store);

        Assert.Equal("att_1:create:2", second.Call.PspKey);
        Assert.Equal("a=1&key=att_1%3Acreate%3A2", second.Call.Request.Body);
    }

    [Fact]
    public async Task Unknown_KeepsTheKey_ThenAsksForALookUp()
    {
        await using var store = await TestStore.CreateAsync();
        await RecordAsync(store, (await PrepareAsync(store)).Call, PspVerdict.Unknown, null);

        var repeat = await PrepareAsync(store);
        await RecordAsync(store, repeat.Call, PspVerdict.NotSent, 429);
        store.Time.Advance(KeyRule.KeyLife);
        var late = await PrepareAsync(store);

        Assert.Equal((PspNext.Send, "att_1:create:1"), (repeat.Next, repeat.Call.PspKey));
        Assert.Equal((PspNext.LookUp, "att_1:create:1"), (late.Next, late.Call.PspKey));
    }

    [Fact]
    public async Task RefusalAtTheDoor_AfterALostAnswer_LeavesTheCallUnknown()
    {
        await using var store = await TestStore.CreateAsync();
        var call = (await PrepareAsync(store)).Call;

        Assert.Equal(PspVerdict.Unknown, await RecordAsync(store, call, PspVerdict.Unknown, null));
        Assert.Equal(PspVerdict.Unknown, await RecordAsync(store, call, PspVerdict.Rejected, 401));
        Assert.Equal(PspVerdict.Rejected, await RecordAsync(store, call, PspVerdict.Rejected, 400));
    }

    [Fact]
    public async Task DeathsBeforeAnswers_CountAsMaybeSent()
    {
        await using var store = await TestStore.CreateAsync();
        await PrepareAsync(store);

        var second = await PrepareAsync(store);
        await RecordAsync(store, second.Call, PspVerdict.NotSent, null);
        store.Time.Advance(KeyRule.KeyLife);

        Assert.Equal(PspNext.LookUp, (await PrepareAsync(store)).Next);
    }

    [Fact]
    public async Task LookUp_FindingNothingTwice_StartsANewGeneration()
    {
        await using var store = await TestStore.CreateAsync();
        var call = (await PrepareAsync(store)).Call;
        await RecordAsync(store, call, PspVerdict.Unknown, 500, isReplay: true);

        var log = new PspCallLog(store.Cipher);
        Assert.Equal(PspNext.LookUp, (await PrepareAsync(store)).Next);
        Assert.False(await store.RunAsync(unit => log.RecordAbsence(unit, call, unit.Now)));
        Assert.Equal(PspNext.LookUp, (await PrepareAsync(store)).Next);
        store.Time.Advance(KeyRule.AbsenceGap);
        Assert.True(await store.RunAsync(unit => log.RecordAbsence(unit, call, unit.Now)));

        Assert.Equal("att_1:create:2", (await PrepareAsync(store)).Call.PspKey);
    }

    [Fact]
    public async Task LookUp_FindingTheObject_EndsTheStep()
    {
        await using var store = await TestStore.CreateAsync();
        var call = (await PrepareAsync(store)).Call;
        await RecordAsync(store, call, PspVerdict.Unknown, null);

        await store.RunAsync(unit => { new PspCallLog(store.Cipher).RecordFound(unit, call); return 0; });

        Assert.Equal(PspNext.Done, (await PrepareAsync(store)).Next);
    }

    [Fact]
    public async Task ObjectOfAnOlderGeneration_TurningUp_StopsEverySend()
    {
        await using var store = await TestStore.CreateAsync();
        var first = (await PrepareAsync(store)).Call;
        await RecordAsync(store, first, PspVerdict.Rejected, 400);
        await RecordAsync(store, (await PrepareAsync(store)).Call, PspVerdict.NotSent, null);

        await store.RunAsync(unit => { new PspCallLog(store.Cipher).RecordFound(unit, first); return 0; });
        var plan = await PrepareAsync(store);

        Assert.Equal((PspNext.Done, 1), (plan.Next, plan.Call.Generation));
    }

    [Fact]
    public async Task Invariant_SeesAGenerationWithoutProof()
    {
        await using var store = await TestStore.CreateAsync();
        await RecordAsync(store, (await PrepareAsync(store)).Call, PspVerdict.Rejected, 400);
        await PrepareAsync(store);
        Assert.Empty((await CheckAsync(store)).Violations);

        await store.ExecuteAsync("UPDATE psp_calls SET effect_proved = NULL WHERE generation = 1");

        Assert.Contains("att_1:create:2", Assert.Single((await CheckAsync(store)).Violations));
    }

    [Theory]
    [InlineData("a:b", "create")]
    [InlineData("a", "b:create")]
    [InlineData("", "create")]
    public void Key_OfPartsThatCouldBeConfused_IsRefused(string item, string step) =>
        Assert.ThrowsAny<ArgumentException>(() => PspKey.Of(item, step, 1));

    private static Task<PspPlan> PrepareAsync(TestStore store) => store.RunAsync(unit => new PspCallLog(store.Cipher)
        .Prepare(unit, Item, "create", key => new PspRequest("/v1/things", "a=1&key=" + Uri.EscapeDataString(key))));

    private static Task<PspVerdict> RecordAsync(TestStore store, PspCall call, PspVerdict verdict, int? status, bool isReplay = false) => store.RunAsync(unit =>
    {
        var exchange = new PspExchange("POST", call.Request.Path, call.PspKey, status, "req_1", unit.Now, TimeSpan.Zero, "", "", isReplay);
        return new PspCallLog(store.Cipher).Record(unit, call, new PspAnswer<PspSession>(verdict, null, null, exchange));
    });

    private static async Task<Core.Integrity.InvariantReport> CheckAsync(TestStore store)
    {
        await using var snapshot = store.Dialect.OpenReader();
        return await new PspCallInvariant().CheckAsync(snapshot, CancellationToken.None);
    }
}
