using PaymentPortal.Core.Psp;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>Store, key rule, client and sandbox together: whatever gets lost, the item ends with one session.</summary>
public sealed class KeyRuleFlowTests : IAsyncLifetime
{
    private const string Item = "att_1";
    private const string Create = "/v1/checkout/sessions";
    private SandboxServer _server = null!;
    private TestStore _store = null!;
    private PspLine _line = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync();
        _store = await TestStore.CreateAsync();
        _line = new PspLine(_server.BaseAddress);
    }

    public async Task DisposeAsync()
    {
        _line.Dispose();
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task AnswerLost_AndProcessDead_RepeatsTheBytes_AndFindsTheSession()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Do = "reset_after" });
        var first = await PrepareAsync();
        await _line.SendAsync(first.Call.Request, first.Call.PspKey);

        // No answer was recorded, as if the process had died; the next one would build another body.
        var second = await PrepareAsync(minor: 999);
        var answer = await _line.SendAsync(second.Call.Request, second.Call.PspKey);

        Assert.Equal(first.Call.Request, second.Call.Request);
        Assert.Equal((PspVerdict.Succeeded, true, 1250), (answer.Verdict, answer.Exchange.IsReplay, answer.Value!.Total.Minor));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task StoredServerError_IsLookedUp_AndReplacedAfterProof()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = 500 });
        var call = (await PrepareAsync()).Call;
        await SendAndRecordAsync(call);
        var replay = await SendAndRecordAsync((await PrepareAsync()).Call);

        var lookUp = await PrepareAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.DoesNotContain(await ListAsync(), session => session.PspKey == call.PspKey);
            await _store.RunAsync(unit => Log.RecordAbsence(unit, call, unit.Now));
            _store.Time.Advance(KeyRule.AbsenceGap);
        }
        var second = await PrepareAsync();
        var answer = await SendAndRecordAsync(second.Call);

        Assert.Equal((PspVerdict.Unknown, true), (replay.Verdict, replay.Exchange.IsReplay));
        Assert.Equal((PspNext.LookUp, "att_1:session:2"), (lookUp.Next, second.Call.PspKey));
        Assert.Equal(PspVerdict.Succeeded, answer.Verdict);
        Assert.Equal(PspNext.Done, (await PrepareAsync()).Next);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task KeyOlderThanThePspRemembers_IsLookedUp_AndTheSessionFound()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Do = "reset_after" });
        await SendAndRecordAsync((await PrepareAsync()).Call);
        _store.Time.Advance(KeyRule.KeyLife);

        var plan = await PrepareAsync();
        var found = Assert.Single(await ListAsync(), session => session.PspKey == plan.Call.PspKey);
        await _store.RunAsync(unit => { Log.RecordFound(unit, plan.Call); return 0; });

        Assert.Equal((PspNext.LookUp, SessionStatus.Open), (plan.Next, found.Status));
        Assert.Equal(PspNext.Done, (await PrepareAsync()).Next);
    }

    private PspCallLog Log => new(_store.Cipher);

    private Task<PspPlan> PrepareAsync(long minor = 1250) =>
        _store.RunAsync(unit => Log.Prepare(unit, Item, "session", key => _line.Client.CreateSession(PspLine.Session(key, minor))));

    private async Task<PspAnswer<PspSession>> SendAndRecordAsync(PspCall call)
    {
        var answer = await _line.SendAsync(call.Request, call.PspKey);
        await _store.RunAsync(unit => { Log.Record(unit, call, answer); return 0; });
        return answer;
    }

    private async Task<IReadOnlyList<PspSession>> ListAsync()
    {
        var now = _line.Time.GetUtcNow();
        return (await _line.Client.ListSessionsAsync(now.AddHours(-1), now.AddHours(1), CancellationToken.None)).Value!;
    }
}
