using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
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
    public async Task Letter_OfAKnownTrouble_RaisesNoSecondAlarm_AndNamesTheMoney()
    {
        for (var number = 0; number < 3; number++) await RejectedAsync();

        var cause = Assert.Single(await _engine.Get<DeadLetterQueries>().CausesAsync(null, CancellationToken.None));

        Assert.Equal(("stub:parameter_missing:session.create", 3, 0, true, "75.00 USD"), (cause.CauseKey, cause.Open, cause.Unknown, cause.IsNew, string.Join(", ", cause.AtRisk.Select(money => $"{money} {money.Currency}"))));
        await _engine.Get<DeadLetterDesk>().SeeAsync(cause.CauseKey, Ana, CancellationToken.None);
        await RejectedAsync();
        Assert.False((await _engine.Get<DeadLetterQueries>().CausesAsync(null, CancellationToken.None))[0].IsNew);
    }

    [Fact]
    public async Task LastDay_OfACause_CountsEachHour_AndForgetsWhatIsOlder()
    {
        await RejectedAsync();
        _engine.Time.Advance(TimeSpan.FromHours(20));
        await RejectedAsync();
        await RejectedAsync();
        _engine.Time.Advance(TimeSpan.FromHours(5));
        await RejectedAsync();

        var hours = Assert.Single(await _engine.Get<DeadLetterQueries>().LastDayAsync(_engine.Time.GetUtcNow(), CancellationToken.None)).Value;

        Assert.Equal((24, 3, 2, 1), (hours.Count, hours.Sum(), hours[19], hours[23]));
    }

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
        await RejectedAsync();
        var one = await LetterAsync();
        await RejectedAsync();

        var both = await StartAsync(expected: 2);
        Assert.Equal((RedriveState.Asked, 0), ((await StateAsync(both)).State, await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'redrive'")));
        Assert.False((await Desk.StopAsync(both, Ana, CancellationToken.None)).IsRefused);
        var alone = (await Desk.StartAsync(Request(1) with { Filter = new DeadLetterFilter { Ids = [one.Value] } }, Ana, CancellationToken.None)).Value;

        Assert.Equal(RedriveState.Running, (await StateAsync(alone)).State);
    }

    [Fact]
    public async Task Preview_WritesNothing_AndSaysWhatWouldBeSentAndWhyNot()
    {
        var first = await RejectedAsync();
        var over = await RejectedAsync();
        await _engine.Get<PaymentService>().CancelAsync(new CheckoutId(over.Id), Ana, CancellationToken.None);
        var newer = await RejectedAsync();
        await _engine.PressAsync(newer);
        await UnknownAsync();
        var before = await CountRowsAsync();

        var preview = await PreviewAsync();

        Assert.Equal((1, 4, "25.00"), (preview.Eligible, preview.Total, Assert.Single(preview.Value).ToString()));
        Assert.Equal(["The checkout is over", "The customer has pressed Pay again since", "What it did to money is not known: ask the PSP first"], preview.Skipped.Select(one => one.Why).Order());
        var attempt = await AttemptOfAsync(first);
        Assert.Contains(preview.Sample, sample => sample.WhyNot is null && sample.Act == $"POST /v1/checkout/sessions, key {attempt}:session:2");
        Assert.Equal(before, await CountRowsAsync());
    }

    [Fact]
    public async Task Redrive_SendsUnderTheNextKey_AndSettlesEachItem()
    {
        var checkouts = new List<MadeCheckout>();
        for (var number = 0; number < 5; number++) checkouts.Add(await RejectedAsync());

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
        for (var number = 0; number < 5; number++) await RejectedAsync();

        var id = await StartAsync(expected: 5, perSecond: 2);
        await TurnAsync();
        Assert.Equal((RedriveState.Running, 5, 2), await StateAsync(id));
        await TurnAsync();
        Assert.Equal((RedriveState.Running, 5, 4), await StateAsync(id));
    }

    [Fact]
    public async Task Redrive_ThatFailsTooOften_StopsByItself_AndLeavesTheRest()
    {
        for (var number = 0; number < 6; number++) await RejectedAsync();
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
        await RejectedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Desk.StartAsync(Request(1), number % 2 == 0 ? Ana : Ben, CancellationToken.None)));

        Assert.Single(answers, answer => !answer.IsRefused);
        Assert.All(answers.Where(answer => answer.IsRefused), answer => Assert.Equal(409, answer.Refusal!.HttpStatus));
        Assert.Equal((1, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM redrives"), await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items")));
    }

    [Fact]
    public async Task Redrive_WhoseLettersChangedSinceThePreview_IsRefusedWhole()
    {
        await RejectedAsync();

        var late = await Desk.StartAsync(Request(7), Ana, CancellationToken.None);

        Assert.Equal((409, 0), (late.Refusal!.HttpStatus, await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items")));
    }

    [Fact]
    public async Task Redrive_Paused_BringsNothing_UntilItIsResumed()
    {
        for (var number = 0; number < 4; number++) await RejectedAsync();
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
        for (var number = 0; number < 3; number++) await RejectedAsync();
        var id = await StartAsync(expected: 3, perSecond: 1);

        await Desk.StopAsync(id, Ana, CancellationToken.None);

        Assert.Equal((3, 3), (await ItemsAsync(id, RedriveItemState.Skipped), (await PreviewAsync()).Eligible));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Item_SettledWhileItWaited_IsSkippedWithTheReason()
    {
        var checkout = await RejectedAsync();
        var id = await StartAsync(expected: 1);
        await _engine.Get<PaymentService>().CancelAsync(new CheckoutId(checkout.Id), Ana, CancellationToken.None);

        await DriveAsync();

        Assert.Equal("The checkout is over", Assert.Single(await _engine.Get<RedriveQueries>().ItemsAsync(id.Value, null, 0, 10, CancellationToken.None)).After);
    }

    [Fact]
    public async Task UnknownEffect_IsLeftAlone_AndAskingThePspSettlesIt()
    {
        var letter = await UnknownAsync();
        Assert.Equal(0, (await PreviewAsync()).Eligible);

        var told = await _engine.Get<DeadLetterDesk>().TryOneAsync(letter, Ana, CancellationToken.None);

        Assert.Equal("Done: the letter is closed.", told.Value);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Discard_NeedsAReason_AndSettlesTheStep()
    {
        await RejectedAsync();
        var letter = await LetterAsync();
        var desk = _engine.Get<DeadLetterDesk>();

        Assert.Equal("reason", (await desk.DiscardAsync([letter], " ", Ana, CancellationToken.None)).Refusal!.Field);
        Assert.Equal(1, (await desk.DiscardAsync([letter], "the shop sold it elsewhere", Ana, CancellationToken.None)).Value);

        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Discarded' AND closed_by = 'user:ana' AND close_reason = 'the shop sold it elsewhere'"));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'dead-letter.discard'"));
        Assert.Equal(409, (await desk.DiscardAsync([letter], "again", Ana, CancellationToken.None)).Refusal!.HttpStatus);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Discard_OfWorkThatMustEnd_IsRefused()
    {
        var checkout = await _engine.CreateAsync();
        await BuryAsync(PaymentSteps.CheckoutEnd, checkout.Id, MoneyEffect.Unknown);

        var refused = await _engine.Get<DeadLetterDesk>().DiscardAsync([await LetterAsync()], "tired of it", Ana, CancellationToken.None);

        Assert.Equal((409, MoneyEffect.Unknown), (refused.Refusal!.HttpStatus, refused.Refusal.Money));
    }

    [Fact]
    public async Task Cancel_OfAScheduledRetry_WhoseOutcomeIsOpen_IsRefused_AndOfAnEventIsADeadLetter()
    {
        var checkout = await _engine.CreateAsync();
        var attempt = await _engine.PressAsync(checkout);
        await _engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_1"), "{}", () => { }, CancellationToken.None);
        var scheduled = _engine.Get<ScheduledRetries>();

        Assert.Equal(409, (await scheduled.CancelAsync(PaymentSteps.Attempt, attempt, "no", Ana, CancellationToken.None)).Refusal!.HttpStatus);
        Assert.False((await scheduled.CancelAsync(PspInbox.Step, "evt_1", "not ours", Ana, CancellationToken.None)).IsRefused);

        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE code = 'canceled_by_staff' AND reason = 'not ours' AND state = 'Open'"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Cause_GivenAnOwnerAndANote_KeepsThem_AndTheAuditSaysWhatWasThereBefore()
    {
        await RejectedAsync();
        var desk = _engine.Get<DeadLetterDesk>();
        var key = (await _engine.Get<DeadLetterQueries>().CausesAsync(null, CancellationToken.None))[0].CauseKey;

        await desk.AssignAsync(key, "Ana", Ana, CancellationToken.None);
        await desk.AssignAsync(key, "Ben", Ben, CancellationToken.None);
        await desk.WriteNoteAsync(key, "The PSP knows of it.", Ben, CancellationToken.None);

        var cause = (await _engine.Get<DeadLetterQueries>().CausesAsync(key, CancellationToken.None))[0];
        Assert.Equal(("Ben", "The PSP knows of it."), (cause.Owner, cause.Note));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'dead-letter.assign' AND before = 'Ana' AND after = 'Ben' AND actor = 'user:ben'"));
        Assert.Equal(404, (await desk.AssignAsync("no:such:cause", "Ana", Ana, CancellationToken.None)).Refusal!.HttpStatus);
        Assert.Equal("note", (await desk.WriteNoteAsync(key, new string('x', 1001), Ana, CancellationToken.None)).Refusal!.Field);
    }

    [Fact]
    public async Task RunNow_BeforeItsTime_RunsTheStepOnce_AndNotWhileItIsBeingTried()
    {
        var checkout = await _engine.CreateAsync();
        _engine.Psp.IsDown = true;
        await _engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None);
        var attempt = await AttemptOfAsync(checkout);
        var scheduled = _engine.Get<ScheduledRetries>();
        var row = Assert.Single((await scheduled.ListAsync(new ScheduledFilter(Text: attempt), null, 10, CancellationToken.None)).Rows);
        Assert.True(row.DueAt > _engine.Time.GetUtcNow(), "It is due already.");
        _engine.Psp.IsDown = false;

        Assert.Equal("It ran.", (await scheduled.RunNowAsync(PaymentSteps.Attempt, attempt, Ana, CancellationToken.None)).Value);

        Assert.Equal((1, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM attempts WHERE psp_token IS NOT NULL"), await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'retry.run-now'")));
        Assert.NotNull(await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PaymentSteps.Attempt, attempt), CancellationToken.None));
        Assert.Equal(409, (await scheduled.RunNowAsync(PaymentSteps.Attempt, attempt, Ana, CancellationToken.None)).Refusal!.HttpStatus);
    }

    [Fact]
    public async Task Redrive_OfThoseThatFailedAgain_TakesThemAndNoOthers()
    {
        for (var number = 0; number < 4; number++) await RejectedAsync();
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
        await RejectedAsync();
        var letter = await LetterAsync();
        await StartAsync(expected: 1, perSecond: 1);

        var preview = await PreviewAsync();

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
        await RejectedAsync();

        Assert.Equal(field, (await Desk.StartAsync(Request(1, perSecond, stopAfter) with { Reason = reason }, Ana, CancellationToken.None)).Refusal!.Field);

        Assert.Equal((0, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items"), (await PreviewAsync()).Eligible));
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

    private static PspEvent Stranger(string id) => new(id, "checkout.session.completed", "checkout.session", "cs_stranger", null, null, null, IsLive: false, Books.Start);

    private static RedriveRequest Request(int expected, int perSecond = 50, int stopAfter = 100) => new(new DeadLetterFilter(), "everything", "the PSP mended it", perSecond, stopAfter, expected);

    private async Task<RedriveId> StartAsync(int expected, int perSecond = 50, int stopAfter = 100) => (await Desk.StartAsync(Request(expected, perSecond, stopAfter), Ana, CancellationToken.None)).Value;

    /// <summary>A checkout whose page the PSP refused to make.</summary>
    private async Task<MadeCheckout> RejectedAsync()
    {
        var checkout = await _engine.CreateAsync();
        _engine.Psp.Refuses = true;
        Assert.IsType<PayAnswer.CouldNotStart>(await _engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None));
        _engine.Psp.Refuses = false;
        return checkout;
    }

    /// <summary>An event that died of a fault of ours: what the payment came to is not known.</summary>
    private async Task<DeadLetterId> UnknownAsync()
    {
        await _engine.Get<PspInbox>().ReceiveAsync(Stranger("evt_unknown"), "{}", () => { }, CancellationToken.None);
        await BuryAsync(PspInbox.Step, "evt_unknown", MoneyEffect.Unknown);
        return await LetterAsync("AND effect = 'Unknown'");
    }

    private Task<int> BuryAsync(string kind, string subject, MoneyEffect effect) => _engine.Lane.RunAsync(
        unit =>
        {
            _engine.Get<DeadLetters>().Bury(unit, RetryQueue.ClaimNow(unit, kind, subject)!, new TaskFailure(RetryOperations.ApplyEvent, ErrorClass.Internal, TaskFailure.Us, "InvalidOperationException", "A fault.", effect));
            return 0;
        },
        CancellationToken.None);

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

    private Task<RedrivePreview> PreviewAsync() => _engine.Get<DeadLetterQueries>().PreviewAsync(new DeadLetterFilter(), CancellationToken.None);

    private async Task<(RedriveState State, int Total, int Ok)> StateAsync(RedriveId id)
    {
        var row = (await _engine.Get<RedriveQueries>().FindAsync(id.Value, CancellationToken.None))!;
        return (row.State, row.Total, row.Ok);
    }

    private Task<long> ItemsAsync(RedriveId id, RedriveItemState state) => _engine.ScalarAsync("SELECT COUNT(*) FROM redrive_items WHERE redrive_id = $1 AND state = $2", id.Value, state);

    private async Task<string> AttemptOfAsync(MadeCheckout checkout) =>
        (await _engine.Lane.RunAsync(unit => unit.QueryFirst("SELECT nonce FROM payment_events WHERE checkout_id = $1", row => row.GetString(0), checkout.Id), CancellationToken.None))!;

    private async Task<DeadLetterId> LetterAsync(string and = "") =>
        new((await _engine.Lane.RunAsync(unit => unit.QueryFirst($"SELECT dead_letter_id FROM dead_letters WHERE state = 'Open' {and}", row => row.GetString(0)), CancellationToken.None))!);

    private Task<long> CountRowsAsync() => _engine.ScalarAsync("SELECT (SELECT COUNT(*) FROM audit_log) + (SELECT COUNT(*) FROM redrives) + (SELECT COUNT(*) FROM redrive_items) + (SELECT SUM(fence) FROM retry_tasks) + (SELECT COUNT(*) FROM psp_calls)");
}
