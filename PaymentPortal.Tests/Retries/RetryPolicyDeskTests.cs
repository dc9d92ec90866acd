using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

public sealed class RetryPolicyDeskTests : IAsyncLifetime
{
    private const string Operation = RetryOperations.LookUp;
    private static readonly Actor Ben = Actor.Staff("usr_ben");
    private static readonly Actor Ana = Actor.Staff("ana");
    private static readonly RetryPolicy Slow = RetryPolicy.Fixed(TimeSpan.FromMinutes(7), maxTries: 3);
    private StubEngine _engine = null!;

    private RetryPolicyDesk Desk => _engine.Get<RetryPolicyDesk>();

    private RetryPolicies Policies => _engine.Get<RetryPolicies>();

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public Task DisposeAsync() => _engine.DisposeAsync().AsTask();

    [Fact]
    public async Task Draft_ChangesNothing_UntilItIsPublished()
    {
        var before = Policies.Of(Operation, ErrorClass.Busy);
        var version = (await DraftAsync(Slow)).Value;
        Assert.Equal(before, Policies.Of(Operation, ErrorClass.Busy));

        var published = await Desk.PublishAsync(Operation, ErrorClass.Busy, version, Ana, "the PSP asked for it", CancellationToken.None);

        Assert.Equal((1, Slow), (published.Value.Version, Policies.Of(Operation, ErrorClass.Busy)));
        Assert.Equal(before, Policies.Of(RetryOperations.CreateSession, ErrorClass.Busy));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'retry-policy.publish' AND object_id = 'session.look-up/Busy' AND reason = 'the PSP asked for it' AND before IS NOT NULL AND after LIKE 'every 7 min%'"));
    }

    [Fact]
    public async Task Published_OutlivesTheProcess()
    {
        await PublishAsync(Slow);
        var fresh = new RetryPolicies(_engine.Get<Core.Storage.SqlDialect>(), DiceThrows.Fair);

        await fresh.LoadAsync(CancellationToken.None);

        Assert.Equal(Slow, fresh.Of(Operation, ErrorClass.Busy));
    }

    [Fact]
    public async Task Publish_OfADraftThatWasChangedMeanwhile_IsRefused()
    {
        var looked = (await DraftAsync(Slow)).Value;
        await PublishAsync(Slow with { MaxTries = 9 });

        var late = await Desk.PublishAsync(Operation, ErrorClass.Busy, looked + 5, Ana, "late", CancellationToken.None);

        Assert.Equal((409, 9), (late.Refusal!.HttpStatus, Policies.Of(Operation, ErrorClass.Busy).MaxTries));
    }

    /// <summary>The desk decides that, so no page and no second tab gets round the second admin.</summary>
    [Fact]
    public async Task Publish_WithASecondAdmin_WaitsForHim_AndIsVoidWhenTheDraftIsGone()
    {
        await StaffSeed.AddAsync(_engine.Services, "ana", "usr_ben");
        var approvals = _engine.Get<Core.Integrity.Approvals>();
        var before = Policies.Of(Operation, ErrorClass.Busy);
        var dropped = (await AskAsync(Slow)).Value.Approval!.Value;
        await Desk.DropDraftAsync(Operation, ErrorClass.Busy, Ana, CancellationToken.None);
        Assert.Equal(Core.Integrity.ApprovalState.Void, (await approvals.ApproveAsync(dropped, Ben, CancellationToken.None)).Value);

        var asked = (await AskAsync(Slow with { MaxTries = 9 })).Value.Approval!.Value;
        Assert.Equal(before, Policies.Of(Operation, ErrorClass.Busy));
        Assert.Equal("maker_is_checker", (await approvals.ApproveAsync(asked, Ana, CancellationToken.None)).Refusal?.Code);
        Assert.Equal(Core.Integrity.ApprovalState.Approved, (await approvals.ApproveAsync(asked, Ben, CancellationToken.None)).Value);

        Assert.Equal(9, Policies.Of(Operation, ErrorClass.Busy).MaxTries);
    }

    [Fact]
    public async Task Publish_WithASecondAdminWhoIsDisabled_IsOnesOwn()
    {
        await StaffSeed.AddAsync(_engine.Services, "ana", "usr_ben");
        await _engine.Lane.RunAsync(unit => unit.Execute("UPDATE staff_users SET is_disabled = 1 WHERE id = 'usr_ben'"), CancellationToken.None);

        Assert.Null((await AskAsync(Slow)).Value.Approval);
        Assert.Equal(Slow, Policies.Of(Operation, ErrorClass.Busy));
    }

    [Fact]
    public async Task Publish_RetiresTheOneBefore_AndKeepsIt()
    {
        await PublishAsync(Slow);
        await PublishAsync(Slow with { MaxTries = 9 });

        var versions = await Desk.VersionsAsync(Operation, ErrorClass.Busy, CancellationToken.None);

        Assert.Equal([(2, PolicyState.Published, 9), (1, PolicyState.Retired, 3)], versions.Select(row => (row.Version, row.State, row.Policy.MaxTries!.Value)));
        Assert.Equal(9, (await Desk.ListAsync(CancellationToken.None)).Single(row => row.Operation.Name == Operation && row.ErrorClass == ErrorClass.Busy).InForce.MaxTries);
    }

    [Fact]
    public async Task Publish_WithoutAReason_IsRefused()
    {
        var version = (await DraftAsync(Slow)).Value;

        Assert.Equal("reason", (await Desk.PublishAsync(Operation, ErrorClass.Busy, version, Ana, " ", CancellationToken.None)).Refusal!.Field);
    }

    [Theory]
    [InlineData("nothing", ErrorClass.Busy)]
    [InlineData(RetryOperations.BuyerTry, ErrorClass.Busy)]
    [InlineData(Operation, ErrorClass.Declined)]
    public async Task Draft_ForWhatDoesNotExist_IsRefused(string operation, ErrorClass error) =>
        Assert.Equal(422, (await Desk.DraftAsync(operation, error, Slow, Ana, CancellationToken.None)).Refusal!.HttpStatus);

    [Fact]
    public async Task Draft_OfTheBuyersTries_NeedsACap() =>
        Assert.Equal(422, (await Desk.DraftAsync(RetryOperations.BuyerTry, ErrorClass.Declined, Slow with { MaxTries = null }, Ana, CancellationToken.None)).Refusal!.HttpStatus);

    [Fact]
    public void ToldWait_IsObeyed_AndSpread()
    {
        var failure = new TaskFailure(Operation, ErrorClass.RateLimited, "Stripe", "rate_limit", "Slow down.", MoneyEffect.None) { RetryAfter = TimeSpan.FromSeconds(90) };

        var wait = Policies.NextDelay(failure, failed: 1, TimeSpan.Zero);

        Assert.InRange(wait!.Value, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(91));
    }

    private Task<Result<int>> DraftAsync(RetryPolicy policy) => Desk.DraftAsync(Operation, ErrorClass.Busy, policy, Ana, CancellationToken.None);

    private async Task<Result<PublishEnd>> AskAsync(RetryPolicy policy) =>
        await Desk.PublishAsync(Operation, ErrorClass.Busy, (await DraftAsync(policy)).Value, Ana, "the PSP asked for it", CancellationToken.None);

    private async Task PublishAsync(RetryPolicy policy)
    {
        var version = (await DraftAsync(policy)).Value;
        Assert.False((await Desk.PublishAsync(Operation, ErrorClass.Busy, version, Ana, "test", CancellationToken.None)).IsRefused);
    }
}
