using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>Dead letters brought back: what is taken, what is left alone, and what each comes to.</summary>
public sealed class RedriveTests : IAsyncLifetime
{
    private static readonly Actor Ana = Actor.Staff("ana");
    private static readonly Actor Ben = Actor.Staff("ben");
    private StubEngine _engine = null!;

    private RedriveDesk Desk => _engine.Get<RedriveDesk>();

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public Task DisposeAsync() => _engine.DisposeAsync().AsTask();

    [Fact]
    public async Task Redrive_OfMoreThanOnePersonMay_HoldsItsLettersUntilASecondApproves()
    {
        await LetterSeed.AddAsync(_engine.Services, "large", RedriveDesk.AloneUpTo + 1);
        var approvals = _engine.Get<Core.Integrity.Approvals>();
        await StaffSeed.AddAsync(_engine.Services, "ben");

        var refused = (await Desk.StartAsync(Request(RedriveDesk.AloneUpTo + 1), Ana, CancellationToken.None)).Value;
        Assert.Equal((RedriveState.Asked, 0), ((await StateAsync(refused)).State, await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'redrive'")));
        await approvals.RefuseAsync(await AskedAsync(), Ben, "Too many at once", CancellationToken.None);
        Assert.Equal(RedriveState.Stopped, (await StateAsync(refused)).State);

        var approved = (await Desk.StartAsync(Request(RedriveDesk.AloneUpTo + 1), Ana, CancellationToken.None)).Value;
        Assert.Equal("maker_is_checker", (await approvals.ApproveAsync(await AskedAsync(), Ana, CancellationToken.None)).Refusal?.Code);
        Assert.Equal(Core.Integrity.ApprovalState.Approved, (await approvals.ApproveAsync(await AskedAsync(), Ben, CancellationToken.None)).Value);
        Assert.Equal((RedriveState.Running, 1), ((await StateAsync(approved)).State, await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'redrive'")));

        async Task<ApprovalId> AskedAsync() => await _engine.Get<Core.Storage.WriteLane>().RunAsync(
            unit => new ApprovalId(unit.QueryFirst("SELECT approval_id FROM approvals WHERE state = 'Pending'", row => row.GetString(0))!), CancellationToken.None);
    }

    [Fact]
    public async Task Redrive_ThatPutsMoreMoneyAtRiskThanOnePersonMay_WaitsForASecond()
    {
        await _engine.DisposeAsync();
        var limits = new Core.Integrity.ApprovalLimits(Core.Integrity.ApprovalLimits.Usual.Default with { Redrive = 4_999 }, new Dictionary<string, Core.Integrity.ApprovalLimit>(), TimeSpan.FromDays(1));
        _engine = await StubEngine.StartAsync((services, _) => services.Replace(ServiceDescriptor.Singleton(limits)));
        await _engine.RejectedAsync();
        var one = await _engine.LetterAsync();
        await _engine.RejectedAsync();

        var both = await StartAsync(expected: 2);
        Assert.Equal((RedriveState.Asked, 0), ((await StateAsync(both)).State, await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'redrive'")));
        Assert.False((await Desk.StopAsync(both, Ana, CancellationToken.None)).IsRefused);
        var alone = (await Desk.StartAsync(Request(1) with { Filter = new DeadLetterFilter { Ids = [one.Value] } }, Ana, CancellationToken.None)).Value;

        Assert.Equal(RedriveState.Running, (await StateAsync(alone)).State);
    }

    [Fact]
    public async Task Preview_WritesNothing_AndSaysWhatWouldBeSentAndWhyNot()
    {
        var first = await _engine.RejectedAsync();
        var over = await _engine.RejectedAsync();
        await _engine.Get<PaymentService>().CancelAsync(new CheckoutId(over.Id), Ana, CancellationToken.None);
        var newer = await _engine.RejectedAsync();
        await _engine.PressAsync(newer);
        await _engine.UnknownAsync();
        var before = await CountRowsAsync();

        var preview = await _engine.PreviewAsync();

        Assert.Equal((1, 4, "25.00"), (preview.Eligible, preview.Total, Assert.Single(preview.Value).ToString()));
        Assert.Equal(["The checkout is over", "The customer has pressed Pay again since", "What it did to money is not known: ask the PSP first"], preview.Skipped.Select(one => one.Why).Order());
        var attempt = await _engine.AttemptOfAsync(first);
        Assert.Contains(preview.Sample, sample => sample.WhyNot is null && sample.Act == $"POST /v1/checkout/sessions, key {attempt}:session:2");
        Assert.Equal(before, await CountRowsAsync());
    }

    [Fact]
    public async Task Redrive_SendsUnderTheNextKey_AndSettlesEachItem()
    {
        var checkouts = new List<MadeCheckout>();
        for (var number = 0; number < 5; number++) checkouts.Add(await _engine.RejectedAsync());

        var id = await StartAsync(expected: 5);
        await DriveAsync();

        Assert.Equal((RedriveState.Done, 5, 5), await StateAsync(id));
        Assert.Equal(5, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE generation = 2 AND effect_proved = 'Exists'"));
        Assert.Equal(5, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Resolved' AND closed_at IS NOT NULL"));
        // The customer finds Pay open at once: the page of the brought-back attempt.
        Assert.IsType<PayAnswer.ToPsp>(await _engine.Get<BuyerCheckout>().PayAsync(checkouts[0].Link, CancellationToken.None));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Redrive_AtAPace_BringsNoMoreASecond()
    {
        for (var number = 0; number < 5; number++) await _engine.RejectedAsync();

        var id = await StartAsync(expected: 5, perSecond: 2);
        await TurnAsync();
        Assert.Equal((RedriveState.Running, 5, 2), await StateAsync(id));
        await TurnAsync();
        Assert.Equal((RedriveState.Running, 5, 4), await StateAsync(id));
    }

    [Fact]
    public async Task Redrive_ThatFailsTooOften_StopsByItself_AndLeavesTheRest()
    {
        for (var number = 0; number < 6; number++) await _engine.RejectedAsync();
        _engine.Psp.Refuses = true;

        var id = await StartAsync(expected: 6, perSecond: 2, stopAfter: 3);
        await DriveAsync();

        Assert.Equal((3, 3), (await ItemsAsync(id, RedriveItemState.FailedAgain), await ItemsAsync(id, RedriveItemState.Skipped)));
        Assert.Equal(RedriveState.Stopped, (await StateAsync(id)).State);
        Assert.Equal((6, 3), (await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Open'"), await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE deaths = 2")));
        Assert.Equal("3 failures", (await _engine.Get<RedriveQueries>().FindAsync(id.Value, CancellationToken.None))!.EndedBy);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Redrive_OfTheSameLetters_ByTwoAtOnce_IsOne()
    {
        await _engine.RejectedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Desk.StartAsync(Request(1), number % 2 == 0 ? Ana : Ben, CancellationToken.None)));

        Assert.Single(answers, answer => !answer.IsRefused);
        Assert.All(answers.Where(answer => answer.IsRefused), answer => Assert.Equal(409, answer.Refusal!.HttpStatus));
        Assert.Equal((1, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM redrives"), await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items")));
    }

    [Fact]
    public async Task Redrive_WhoseLettersChangedSinceThePreview_IsRefusedWhole()
    {
        await _engine.RejectedAsync();

        var late = await Desk.StartAsync(Request(7), Ana, CancellationToken.None);

        Assert.Equal((409, 0), (late.Refusal!.HttpStatus, await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items")));
    }

    [Fact]
    public async Task Redrive_Paused_BringsNothing_UntilItIsResumed()
    {
        for (var number = 0; number < 4; number++) await _engine.RejectedAsync();
        var id = await StartAsync(expected: 4, perSecond: 1);
        await TurnAsync();

        await Desk.PauseAsync(id, Ana, CancellationToken.None);
        await DriveAsync();
        Assert.Equal((RedriveState.Paused, 3), ((await StateAsync(id)).State, await ItemsAsync(id, RedriveItemState.Waiting)));
        Assert.Empty(await _engine.BrokenAsync());

        await Desk.ResumeAsync(id, Ana, CancellationToken.None);
        await DriveAsync();
        Assert.Equal((RedriveState.Done, 4, 4), await StateAsync(id));
        Assert.Equal(409, (await Desk.PauseAsync(id, Ana, CancellationToken.None)).Refusal!.HttpStatus);
    }

    [Fact]
    public async Task Redrive_StoppedByAPerson_FreesWhatItHeld()
    {
        for (var number = 0; number < 3; number++) await _engine.RejectedAsync();
        var id = await StartAsync(expected: 3, perSecond: 1);

        await Desk.StopAsync(id, Ana, CancellationToken.None);

        Assert.Equal((3, 3), (await ItemsAsync(id, RedriveItemState.Skipped), (await _engine.PreviewAsync()).Eligible));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Item_SettledWhileItWaited_IsSkippedWithTheReason()
    {
        var checkout = await _engine.RejectedAsync();
        var id = await StartAsync(expected: 1);
        await _engine.Get<PaymentService>().CancelAsync(new CheckoutId(checkout.Id), Ana, CancellationToken.None);

        await DriveAsync();

        Assert.Equal("The checkout is over", Assert.Single(await _engine.Get<RedriveQueries>().ItemsAsync(id.Value, null, 0, 10, CancellationToken.None)).After);
    }

    [Fact]
    public async Task Redrive_OfThoseThatFailedAgain_TakesThemAndNoOthers()
    {
        for (var number = 0; number < 4; number++) await _engine.RejectedAsync();
        _engine.Psp.Refuses = true;
        var first = await StartAsync(expected: 4, perSecond: 2, stopAfter: 2);
        await DriveAsync();
        Assert.Equal((2, 2), (await ItemsAsync(first, RedriveItemState.FailedAgain), await ItemsAsync(first, RedriveItemState.Skipped)));
        _engine.Psp.Refuses = false;

        var failed = new DeadLetterFilter { FailedIn = first.Value };
        Assert.Equal(2, (await _engine.Get<DeadLetterQueries>().PreviewAsync(failed, CancellationToken.None)).Eligible);
        var second = (await Desk.StartAsync(Request(2) with { Filter = failed }, Ana, CancellationToken.None)).Value;
        await DriveAsync();

        Assert.Equal((RedriveState.Done, 2, 2), await StateAsync(second));
        Assert.Equal(2, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Open'"));
    }

    [Fact]
    public async Task Preview_OfLettersThatARedriveHolds_SaysSo_AndNobodyTriesThemBeside()
    {
        await _engine.RejectedAsync();
        var letter = await _engine.LetterAsync();
        await StartAsync(expected: 1, perSecond: 1);

        var preview = await _engine.PreviewAsync();

        Assert.Equal((0, "Held by another redrive"), (preview.Eligible, Assert.Single(preview.Skipped).Why));
        Assert.Equal(409, (await _engine.Get<DeadLetterDesk>().TryOneAsync(letter, Ben, CancellationToken.None)).Refusal!.HttpStatus);
    }

    [Theory]
    [InlineData(" ", 10, 100, "reason")]
    [InlineData("why", 0, 100, "per_second")]
    [InlineData("why", 51, 100, "per_second")]
    [InlineData("why", 10, 0, "stop_after")]
    public async Task Redrive_AskedForBadly_IsRefusedByName_AndNothingIsHeld(string reason, int perSecond, int stopAfter, string field)
    {
        await _engine.RejectedAsync();

        Assert.Equal(field, (await Desk.StartAsync(Request(1, perSecond, stopAfter) with { Reason = reason }, Ana, CancellationToken.None)).Refusal!.Field);

        Assert.Equal((0, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items"), (await _engine.PreviewAsync()).Eligible));
    }

    /// <summary>Also of a letter whose subject is gone: a preview that fails for one letter would hide all others.</summary>
    [Fact]
    public async Task Preview_OfEveryKindOfStep_SaysWhatWouldBeDone()
    {
        var kinds = _engine.Get<DeadLetters>().Steps.Select(step => step.Kind).Order(StringComparer.Ordinal).ToList();
        await _engine.Lane.RunAsync(
            unit =>
            {
                foreach (var kind in kinds)
                {
                    // A consumer's fact is named by both; to the others it is an id that nothing bears.
                    RetryQueue.Add(unit, kind, "none:7", unit.Now.AddYears(1));
                    _engine.Get<DeadLetters>().Bury(unit, RetryQueue.ClaimNow(unit, kind, "none:7")!, new TaskFailure("op." + kind, ErrorClass.Rejected, "stub", "code_" + kind, "A reason.", MoneyEffect.None));
                }
                return 0;
            },
            CancellationToken.None);

        foreach (var kind in kinds)
        {
            var sample = Assert.Single((await _engine.Get<DeadLetterQueries>().PreviewAsync(new DeadLetterFilter { CauseKey = $"stub:code_{kind}:op.{kind}" }, CancellationToken.None)).Sample);
            Assert.False(string.IsNullOrWhiteSpace(sample.Act), kind);
        }
    }

    private static RedriveRequest Request(int expected, int perSecond = 50, int stopAfter = 100) => new(new DeadLetterFilter(), "everything", "the PSP mended it", perSecond, stopAfter, expected);

    private async Task<RedriveId> StartAsync(int expected, int perSecond = 50, int stopAfter = 100) => (await Desk.StartAsync(Request(expected, perSecond, stopAfter), Ana, CancellationToken.None)).Value;

    private async Task TurnAsync()
    {
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        // One turn of the redrive, then the steps that it brought back.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            foreach (var task in await _engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 100), CancellationToken.None)) await _engine.Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
        }
    }

    private async Task DriveAsync()
    {
        for (var turn = 0; turn < 10; turn++) await TurnAsync();
    }

    private async Task<(RedriveState State, int Total, int Ok)> StateAsync(RedriveId id)
    {
        var row = (await _engine.Get<RedriveQueries>().FindAsync(id.Value, CancellationToken.None))!;
        return (row.State, row.Total, row.Ok);
    }

    private Task<long> ItemsAsync(RedriveId id, RedriveItemState state) => _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items WHERE redrive_id = $1 AND state = $2", id.Value, state);

    private Task<long> CountRowsAsync() => _engine.ScalarAsync("SELECT (SELECT COUNT(*) FROM audit_log) + (SELECT COUNT(*) FROM redrives) + (SELECT COUNT(*) FROM redrive_items) + (SELECT SUM(fence) FROM retry_tasks) + (SELECT COUNT(*) FROM psp_calls)");
}
