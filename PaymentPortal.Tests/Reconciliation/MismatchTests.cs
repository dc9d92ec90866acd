using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>Differences: what is found, when waiting becomes late, and what people do about them.</summary>
public sealed class MismatchTests
{
    [Fact]
    public async Task Lines_AreHeldAgainstTheBooks_AndEachDifferenceIsNamedOnce()
    {
        await using var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "ok", "amount", "fee", "currency", "status", "twice" }) await rig.ChargeAsync(id);
        await rig.RefundAsync("ok", 500);

        await rig.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("ok"), SettlementRig.Row("r", "-5.00", "0.00", "-5.00", category: "refund", source: "re_ok"), SettlementRig.Row("amount", "12.51", net: "11.85"),
            SettlementRig.Row("fee", fee: "0.76", net: "11.74"), SettlementRig.Row("currency", currency: "eur"), SettlementRig.Row("status", category: "charge_failure"),
            SettlementRig.Row("twice"), SettlementRig.Row("twice"), SettlementRig.Row("extra"), SettlementRig.Row("u", category: "unheard_of", source: ""), SettlementRig.Row("own", "-2.50", "0.00", "-2.50", category: "fee", source: "")));

        Assert.Equal(
            [
                (MismatchKind.Amount, MismatchState.Open), (MismatchKind.Fee, MismatchState.Open), (MismatchKind.Currency, MismatchState.Open), (MismatchKind.Status, MismatchState.Open),
                (MismatchKind.Duplicate, MismatchState.Open), (MismatchKind.MissingOurs, MismatchState.Open), (MismatchKind.Unknown, MismatchState.Open), (MismatchKind.MissingOurs, MismatchState.Resolved),
            ],
            await rig.FoundAsync());
        Assert.Equal(250, await rig.Store.ScalarAsync("SELECT SUM(p.amount) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'Adjustment' AND p.account = 'psp:fees'"));
        await rig.AssertSoundAsync();
    }

    /// <summary>Neither proved nor broken: what is known to differ comes to exactly what the PSP holds more, and is named.</summary>
    [Theory]
    [InlineData(1184, false)]
    [InlineData(1183, true)]
    public async Task OpenMismatch_ThatExplainsThePspsBalance_IsNamed(long more, bool isBroken)
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("ok");
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("ok"), SettlementRig.Row("extra")));
        var psp = new StubPsp(rig.Store.Time) { Holds = Books.Usd(await rig.ClearingAsync() + more) };
        await using var snapshot = rig.Store.Dialect.OpenReader();

        var report = await new PspBooksInvariant(psp, new VerifyScope(true)).CheckAsync(snapshot, CancellationToken.None);

        Assert.Equal(isBroken, report.Violations.Count == 1);
        Assert.Contains($"mismatches that nobody has booked ({(await rig.SingleAsync(MismatchKind.MissingOurs)).MismatchId}) come to 11.84 USD", report.NotChecked ?? report.Violations[0], StringComparison.Ordinal);
    }

    /// <summary>A refund that the PSP's file has with another amount, and a fee: the kinds that agree are not named.</summary>
    [Fact]
    public async Task PspsBalance_ThatDiffers_IsToldByTheKindsThatDiffer()
    {
        await using var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "ok", "fee" }) await rig.ChargeAsync(id);
        await rig.RefundAsync("ok", 500);
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("ok"), SettlementRig.Row("fee", fee: "0.76", net: "11.74"), SettlementRig.Row("r", "-6.00", "0.00", "-6.00", category: "refund", source: "re_ok")));
        var psp = new StubPsp(rig.Store.Time) { Holds = Books.Usd(await rig.ClearingAsync() - 110) };
        await using var snapshot = rig.Store.Dialect.OpenReader();

        var report = await new PspBooksInvariant(psp, new VerifyScope(true)).CheckAsync(snapshot, CancellationToken.None);

        Assert.EndsWith("; fees are -1.42 in the PSP's files and -1.32 in the ledger, refunds are -6.00 in the PSP's files and -5.00 in the ledger: settle these mismatches, then it can be proved", report.NotChecked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PspsBalance_BeforeAnyFile_SaysThatNoKindCanBeNamed()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("ok");
        await using var snapshot = rig.Store.Dialect.OpenReader();

        var report = await new PspBooksInvariant(new StubPsp(rig.Store.Time) { Holds = Books.Usd(1) }, new VerifyScope(true)).CheckAsync(snapshot, CancellationToken.None);

        Assert.EndsWith("no settlement file tells of this currency yet, so it can't be said of which kind the difference is", Assert.Single(report.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FactWithoutALine_IsWaitingUntilItsLag_ThenMissing_AndSettledWhenTheLineComes()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("1");
        await rig.ChargeAsync("late");
        rig.Store.Time.Advance(SettlementRig.Day.AddHours(36) - rig.Store.Time.GetUtcNow());
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));

        rig.Store.Time.Advance(SettlementRig.Day.AddDays(2).AddHours(9) - rig.Store.Time.GetUtcNow());
        await rig.Sweep.RunAsync(CancellationToken.None);
        Assert.Empty(await rig.FoundAsync());
        rig.Store.Time.Advance(TimeSpan.FromHours(2));
        await rig.Sweep.RunAsync(CancellationToken.None);
        await rig.Sweep.RunAsync(CancellationToken.None);
        Assert.Equal([(MismatchKind.MissingPsp, MismatchState.Open)], await rig.FoundAsync());
        Assert.Equal(66 - 1250, (await rig.SingleAsync(MismatchKind.MissingPsp)).Variance);

        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("late")), SettlementRig.Day.AddDays(1));

        Assert.Equal((MismatchState.Resolved, MismatchState.Resolved), ((await rig.SingleAsync(MismatchKind.MissingPsp)).State, (await rig.SingleAsync(MismatchKind.Timing)).State));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task MissingOne_ThatALateLineSettled_IsOpenAgainWhenItsFileIsRolledBack()
    {
        await using var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "1", "late", "ignored" }) await rig.ChargeAsync(id);
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));
        rig.Store.Time.Advance(SettlementRig.Day.AddDays(4) - rig.Store.Time.GetUtcNow());
        await rig.Sweep.RunAsync(CancellationToken.None);
        var ignored = (await rig.Queries.MismatchesAsync(new MismatchFilter(About: "ch_ignored"), null, 10, CancellationToken.None)).Items.Single();
        await rig.Desk.DoAsync(new MismatchId(ignored.MismatchId), new MismatchOrder(MismatchAct.Ignore, "A test of theirs"), Actor.Staff("maker"), CancellationToken.None);
        var late = await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("late"), SettlementRig.Row("ignored")), SettlementRig.Day.AddDays(1));
        Assert.Equal([MismatchState.Resolved, MismatchState.Ignored], await MissedAsync(rig));

        await rig.Files.RollBackAsync(late, Actor.Staff("maker"), "The wrong file", CancellationToken.None);
        await rig.Sweep.RunAsync(CancellationToken.None);

        Assert.Equal([MismatchState.Open, MismatchState.Ignored], await MissedAsync(rig));
        await rig.AssertSoundAsync();
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("late")), SettlementRig.Day.AddDays(1));
        Assert.Equal([MismatchState.Resolved, MismatchState.Ignored], await MissedAsync(rig));
        await rig.AssertSoundAsync();
    }

    private static async Task<IEnumerable<MismatchState>> MissedAsync(SettlementRig rig) =>
        (await rig.Queries.MismatchesAsync(new MismatchFilter(Kind: MismatchKind.MissingPsp, IsClosedToo: true), null, 10, CancellationToken.None)).Items.Select(one => one.State).Order();

    [Fact]
    public async Task LineWithoutABooking_IsSettledWhenTheBookingComes()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));
        await rig.Sweep.RunAsync(CancellationToken.None);
        Assert.Equal(MismatchState.Open, (await rig.SingleAsync(MismatchKind.MissingOurs)).State);
        Assert.Equal((1, 0), await rig.Queries.CountOverdueAsync(rig.Store.Time.GetUtcNow(), CancellationToken.None));
        Assert.Equal((1, 1), await rig.Queries.CountOverdueAsync(rig.Store.Time.GetUtcNow().AddDays(8), CancellationToken.None));

        await rig.ChargeAsync("1");
        await rig.Sweep.RunAsync(CancellationToken.None);

        Assert.Equal(MismatchState.Resolved, (await rig.SingleAsync(MismatchKind.MissingOurs)).State);
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task FeeRounding_IsSettledWithinTheDaysBudget_AndWaitsForAPersonAboveIt()
    {
        await using var rig = await SettlementRig.CreateAsync();
        for (var n = 0; n < 101; n++) await rig.ChargeAsync($"{n}");

        await rig.AcceptAsync(SettlementRig.File([.. Enumerable.Range(0, 101).Select(n => SettlementRig.Row($"{n}", fee: "0.68", net: "11.82"))]));

        Assert.Equal(100, (await rig.FoundAsync()).Count(one => one == (MismatchKind.Fee, MismatchState.Resolved)));
        Assert.Equal(200, await rig.Store.ScalarAsync("SELECT SUM(p.amount) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'Adjustment' AND p.account = 'psp:fees'"));
        await rig.AssertSoundAsync();
    }

    [Theory]
    [InlineData(MismatchAct.Adjust, "suspense")]
    [InlineData(MismatchAct.WriteOff, "adjustments:writeoff")]
    public async Task Entry_IsBookedByASecondPersonOnly_AndSettlesTheMismatch(MismatchAct act, string account)
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.ChargeAsync("1");
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1", "12.60", net: "11.94")));
        var id = new MismatchId((await rig.SingleAsync(MismatchKind.Amount)).MismatchId);

        Assert.Equal(422, (await rig.Desk.DoAsync(id, new MismatchOrder(act, ""), Actor.Staff("maker"), CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(MismatchState.Asked, (await rig.Desk.DoAsync(id, new MismatchOrder(act, "The PSP is right"), Actor.Staff("maker"), CancellationToken.None)).Value);
        Assert.Equal(409, (await rig.Desk.DoAsync(id, new MismatchOrder(act, "Again"), Actor.Staff("maker"), CancellationToken.None)).Refusal?.HttpStatus);
        var approval = new ApprovalId((await rig.Queries.FindMismatchAsync(id, CancellationToken.None))!.ApprovalId!);
        Assert.Equal(403, (await rig.Approvals.ApproveAsync(approval, Actor.Staff("maker"), CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Approved, (await rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None)).Value);

        Assert.Equal(MismatchState.Resolved, (await rig.SingleAsync(MismatchKind.Amount)).State);
        Assert.Equal(1250 - 66 + 10, await rig.ClearingAsync());
        Assert.Equal(-10, await rig.Store.ScalarAsync($"SELECT SUM(amount) FROM postings WHERE account = '{account}'"));
        await rig.AssertSoundAsync();
    }

    /// <summary>Booked twice it would be money that nobody has.</summary>
    [Fact]
    public async Task Entry_OfWhatCameMeanwhile_IsVoid_AndTheMismatchIsSettledByItself()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1")));
        var id = new MismatchId((await rig.SingleAsync(MismatchKind.MissingOurs)).MismatchId);
        Assert.Equal(MismatchState.Asked, (await rig.Desk.DoAsync(id, new MismatchOrder(MismatchAct.Adjust, "The PSP is right"), Actor.Staff("maker"), CancellationToken.None)).Value);
        var approval = new ApprovalId((await rig.Queries.FindMismatchAsync(id, CancellationToken.None))!.ApprovalId!);

        await rig.ChargeAsync("1");
        Assert.Equal(ApprovalState.Void, (await rig.Approvals.ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None)).Value);
        await rig.Sweep.RunAsync(CancellationToken.None);

        Assert.Equal(MismatchState.Resolved, (await rig.SingleAsync(MismatchKind.MissingOurs)).State);
        Assert.Equal(1250 - 66, await rig.ClearingAsync());
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task Acts_NeedAReason_AndTimingEndsAtItsDay()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("1"), SettlementRig.Row("1")));
        var (missing, twice) = (new MismatchId((await rig.SingleAsync(MismatchKind.MissingOurs)).MismatchId), new MismatchId((await rig.SingleAsync(MismatchKind.Duplicate)).MismatchId));
        var (maker, until) = (Actor.Staff("maker"), rig.Store.Time.GetUtcNow().AddDays(2));

        Assert.Equal(422, (await rig.Desk.DoAsync(twice, new MismatchOrder(MismatchAct.Ignore, " "), maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(422, (await rig.Desk.DoAsync(missing, new MismatchOrder(MismatchAct.Timing, "Later", until.AddDays(40)), maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(409, (await rig.Desk.DoAsync(missing, new MismatchOrder(MismatchAct.Match, "Fine"), maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(409, (await rig.Desk.DoAsync(twice, new MismatchOrder(MismatchAct.Adjust, "Book it"), maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(MismatchState.Timing, (await rig.Desk.DoAsync(missing, new MismatchOrder(MismatchAct.Timing, "Their day", until), maker, CancellationToken.None)).Value);
        Assert.Equal(MismatchState.Ignored, (await rig.Desk.DoAsync(twice, new MismatchOrder(MismatchAct.Ignore, "Listed twice, paid once"), maker, CancellationToken.None)).Value);
        Assert.Equal(409, (await rig.Desk.DoAsync(twice, new MismatchOrder(MismatchAct.Ignore, "Once more"), maker, CancellationToken.None)).Refusal?.HttpStatus);
        rig.Store.Time.Advance(TimeSpan.FromDays(3));
        await rig.Sweep.RunAsync(CancellationToken.None);

        Assert.Equal(MismatchState.Open, (await rig.SingleAsync(MismatchKind.MissingOurs)).State);
        await rig.AssertSoundAsync();
    }
}
