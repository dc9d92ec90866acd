using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>Dead letters as people look after them: causes, who has them, what is discarded, and single steps tried now.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private static readonly Actor Ana = Actor.Staff("ana");
    private static readonly Actor Ben = Actor.Staff("ben");
    private StubEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public Task DisposeAsync() => _engine.DisposeAsync().AsTask();

    [Fact]
    public async Task Letter_OfAKnownTrouble_RaisesNoSecondAlarm_AndNamesTheMoney()
    {
        for (var number = 0; number < 3; number++) await _engine.RejectedAsync();

        var cause = Assert.Single(await _engine.Get<DeadLetterQueries>().CausesAsync(null, CancellationToken.None));

        Assert.Equal(("stub:parameter_missing:session.create", 3, 0, true, "75.00 USD"), (cause.CauseKey, cause.Open, cause.Unknown, cause.IsNew, string.Join(", ", cause.AtRisk.Select(money => $"{money} {money.Currency}"))));
        await _engine.Get<DeadLetterDesk>().SeeAsync(cause.CauseKey, Ana, CancellationToken.None);
        await _engine.RejectedAsync();
        Assert.False((await _engine.Get<DeadLetterQueries>().CausesAsync(null, CancellationToken.None))[0].IsNew);
    }

    [Fact]
    public async Task LastDay_OfACause_CountsEachHour_AndForgetsWhatIsOlder()
    {
        await _engine.RejectedAsync();
        _engine.Time.Advance(TimeSpan.FromHours(20));
        await _engine.RejectedAsync();
        await _engine.RejectedAsync();
        _engine.Time.Advance(TimeSpan.FromHours(5));
        await _engine.RejectedAsync();

        var hours = Assert.Single(await _engine.Get<DeadLetterQueries>().LastDayAsync(_engine.Time.GetUtcNow(), CancellationToken.None)).Value;

        Assert.Equal((24, 3, 2, 1), (hours.Count, hours.Sum(), hours[19], hours[23]));
    }

    [Fact]
    public async Task UnknownEffect_IsLeftAlone_AndAskingThePspSettlesIt()
    {
        var letter = await _engine.UnknownAsync();
        Assert.Equal(0, (await _engine.PreviewAsync()).Eligible);

        var told = await _engine.Get<DeadLetterDesk>().TryOneAsync(letter, Ana, CancellationToken.None);

        Assert.Equal("Done: the letter is closed.", told.Value);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Discard_NeedsAReason_AndSettlesTheStep()
    {
        await _engine.RejectedAsync();
        var letter = await _engine.LetterAsync();
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
        await _engine.BuryAsync(PaymentSteps.CheckoutEnd, checkout.Id, MoneyEffect.Unknown);

        var refused = await _engine.Get<DeadLetterDesk>().DiscardAsync([await _engine.LetterAsync()], "tired of it", Ana, CancellationToken.None);

        Assert.Equal((409, MoneyEffect.Unknown), (refused.Refusal!.HttpStatus, refused.Refusal.Money));
    }

    [Fact]
    public async Task Cancel_OfAScheduledRetry_WhoseOutcomeIsOpen_IsRefused_AndOfAnEventIsADeadLetter()
    {
        var checkout = await _engine.CreateAsync();
        var attempt = await _engine.PressAsync(checkout);
        await _engine.Get<PspInbox>().ReceiveAsync(StubLetters.Stranger("evt_1"), "{}", () => { }, CancellationToken.None);
        var scheduled = _engine.Get<ScheduledRetries>();

        Assert.Equal(409, (await scheduled.CancelAsync(PaymentSteps.Attempt, attempt, "no", Ana, CancellationToken.None)).Refusal!.HttpStatus);
        Assert.False((await scheduled.CancelAsync(PspInbox.Step, "evt_1", "not ours", Ana, CancellationToken.None)).IsRefused);

        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM dead_letters WHERE code = 'canceled_by_staff' AND reason = 'not ours' AND state = 'Open'"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Cause_GivenAnOwnerAndANote_KeepsThem_AndTheAuditSaysWhatWasThereBefore()
    {
        await _engine.RejectedAsync();
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
        var attempt = await _engine.AttemptOfAsync(checkout);
        var scheduled = _engine.Get<ScheduledRetries>();
        var row = Assert.Single((await scheduled.ListAsync(new ScheduledFilter(Text: attempt), null, 10, CancellationToken.None)).Rows);
        Assert.True(row.DueAt > _engine.Time.GetUtcNow(), "It is due already.");
        _engine.Psp.IsDown = false;

        Assert.Equal("It ran.", (await scheduled.RunNowAsync(PaymentSteps.Attempt, attempt, Ana, CancellationToken.None)).Value);

        Assert.Equal((1, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM attempts WHERE psp_token IS NOT NULL"), await _engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'retry.run-now'")));
        Assert.NotNull(await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PaymentSteps.Attempt, attempt), CancellationToken.None));
        Assert.Equal(409, (await scheduled.RunNowAsync(PaymentSteps.Attempt, attempt, Ana, CancellationToken.None)).Refusal!.HttpStatus);
    }
}
