using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>The same act on many mismatches: what is shown is what is done, and entries wait for one second person together.</summary>
public sealed class ManyMismatchesTests
{
    private static readonly Actor Maker = Actor.Staff("maker");
    private static readonly Actor Checker = Actor.Staff("checker");

    [Fact]
    public async Task Preview_SaysWhatIsLeftAloneAndWhy_AndOnlyTheRestIsDone()
    {
        await using var rig = await RigAsync();
        var preview = await rig.Many.PreviewAsync(All, MismatchAct.Match, CancellationToken.None);

        Assert.Equal((4, 1, 3), (preview.Matching, preview.Done.Count, preview.LeftAlone.Count));
        Assert.All(preview.LeftAlone, one => Assert.Contains("differ", one.WhyNot, StringComparison.Ordinal));
        var done = (await rig.Many.DoAsync(preview.Done, new MismatchOrder(MismatchAct.Match, "The same movement"), Maker, CancellationToken.None)).Value;

        Assert.Equal((1, 0, 0), (done.Done, done.LeftAlone.Count, done.Approvals.Count));
        Assert.Equal([MismatchState.Open, MismatchState.Open, MismatchState.Open, MismatchState.Resolved], (await rig.FoundAsync()).Select(one => one.State).Order());
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'mismatch.Matched'"));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task Entries_OfManyMismatches_AreOneApprovalPerCurrency_AndAreBookedTogether()
    {
        await using var rig = await RigAsync();
        var preview = await rig.Many.PreviewAsync(All, MismatchAct.Adjust, CancellationToken.None);
        var done = (await rig.Many.DoAsync(preview.Done, new MismatchOrder(MismatchAct.Adjust, "The PSP is right"), Maker, CancellationToken.None)).Value;

        Assert.Equal((3, 2), (done.Done, done.Approvals.Count));
        Assert.Equal(403, (await rig.Approvals.ApproveAsync(done.Approvals[1], Maker, CancellationToken.None)).Refusal?.HttpStatus);
        var before = await rig.ClearingAsync();
        Assert.Equal(ApprovalState.Approved, (await rig.Approvals.ApproveAsync(done.Approvals[1], Checker, CancellationToken.None)).Value);

        Assert.Equal(2, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'Adjustment'"));
        Assert.Equal(10 - 20, await rig.ClearingAsync() - before);
        Assert.Equal(2, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM mismatches WHERE state = 'Resolved' AND entry_id IS NOT NULL"));
        Assert.Equal(2, (await rig.Queries.MismatchesAsync(new MismatchFilter(IsClosedToo: true, BatchId: await BatchAsync(rig, "Resolved")), null, 10, CancellationToken.None)).Items.Count);
        await rig.AssertSoundAsync();
    }

    /// <summary>A gain and a loss that cancel each other out must both be seen by the second person.</summary>
    [Fact]
    public async Task Preview_ForTheSecondPerson_ShowsGainsAndLossesApart()
    {
        await using var rig = await RigAsync();
        var preview = await rig.Many.PreviewAsync(All, MismatchAct.WriteOff, CancellationToken.None);
        await rig.Many.DoAsync(preview.Done, new MismatchOrder(MismatchAct.WriteOff, "Too small"), Maker, CancellationToken.None);

        var batch = await rig.Store.RunAsync(unit => unit.QueryFirst("SELECT batch_id FROM mismatches WHERE currency = 'USD' AND batch_id IS NOT NULL", row => row.GetString(0))!);
        var shown = await rig.Store.RunAsync(unit => new MismatchBatches(rig.Book, rig.Journal).Preview(unit, batch));

        Assert.Equal(
            [("adjustments:writeoff", 20L), ("adjustments:writeoff", -10), ("psp:clearing", 10), ("psp:clearing", -20)], shown.Lines.Select(line => (line.Account, line.Amount.Minor)));
        Assert.Equal(2, shown.Changes.Count);
        Assert.Equal([-20L, 10], preview.Sums.Where(sum => sum.Currency.Code == "USD").Select(sum => sum.Minor));
    }

    [Fact]
    public async Task RefusedBatch_OpensEachAgain()
    {
        await using var rig = await RigAsync();
        var done = await AskAsync(rig);

        Assert.Equal(ApprovalState.Refused, (await rig.Approvals.RefuseAsync(done.Approvals[1], Checker, "One by one, please", CancellationToken.None)).Value);

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM mismatches WHERE currency = 'USD' AND (state = 'Asked' OR proposal IS NOT NULL OR batch_id IS NOT NULL)"));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task RollBack_OfAFileWhoseEntriesAreAskedFor_WithdrawsThem_ByThemselvesAndTogether()
    {
        await using var rig = await RigAsync();
        await AskAsync(rig);
        var duplicate = new MismatchId((await rig.SingleAsync(MismatchKind.MissingOurs)).MismatchId);
        Assert.Equal(MismatchState.Asked, (await rig.SingleAsync(MismatchKind.MissingOurs)).State);
        var other = await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("single")), SettlementRig.Day.AddDays(1));
        var single = (await rig.Queries.MismatchesAsync(new MismatchFilter(FileId: other.Value), null, 10, CancellationToken.None)).Items.Single();
        Assert.Equal(MismatchState.Asked, (await rig.Desk.DoAsync(new MismatchId(single.MismatchId), new MismatchOrder(MismatchAct.Adjust, "Theirs"), Maker, CancellationToken.None)).Value);

        foreach (var file in (await rig.Queries.FilesAsync(null, 10, CancellationToken.None)).Items)
            Assert.False((await rig.Files.RollBackAsync(new SettlementFileId(file.File.FileId), Maker, "The wrong day", CancellationToken.None)).IsRefused);

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM mismatches WHERE state <> 'Withdrawn'"));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approvals WHERE state = 'Pending'"));
        Assert.Equal(409, (await rig.Desk.DoAsync(duplicate, new MismatchOrder(MismatchAct.Ignore, "Too late"), Maker, CancellationToken.None)).Refusal?.HttpStatus);
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task MovedMeanwhile_IsLeftAloneAndSaid()
    {
        await using var rig = await RigAsync();
        var preview = await rig.Many.PreviewAsync(All, MismatchAct.Ignore, CancellationToken.None);
        await rig.Desk.DoAsync(new MismatchId(preview.Done[0].MismatchId), new MismatchOrder(MismatchAct.Note, "I look into it"), Checker, CancellationToken.None);

        var done = (await rig.Many.DoAsync(preview.Done, new MismatchOrder(MismatchAct.Ignore, "Nothing to do"), Maker, CancellationToken.None)).Value;

        Assert.Equal((3, preview.Done[0].MismatchId), (done.Done, Assert.Single(done.LeftAlone).Mismatch.MismatchId));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task Orders_ThatCantBe_AreRefusedWhole()
    {
        await using var rig = await RigAsync();
        var shown = (await rig.Many.PreviewAsync(All, MismatchAct.Ignore, CancellationToken.None)).Done;
        var now = rig.Store.Time.GetUtcNow();

        foreach (var (order, field) in new (MismatchOrder, string)[]
        {
            (new(MismatchAct.Ignore, " "), "reason"), (new(MismatchAct.Ignore, new string('x', 401)), "reason"), (new(MismatchAct.Timing, "Later"), "until"), (new(MismatchAct.Timing, "Later", now.AddDays(31)), "until"),
            (new(MismatchAct.Timing, "Later", now), "until"), (new(MismatchAct.Assign, "Yours"), "owner"), (new(MismatchAct.Assign, "Yours", Owner: "nobody"), "owner"),
        })
        {
            Assert.Equal(field, (await rig.Many.DoAsync(shown, order, Maker, CancellationToken.None)).Refusal?.Field);
        }
        Assert.Equal(422, (await rig.Many.DoAsync([], new MismatchOrder(MismatchAct.Ignore, "None"), Maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.All(await rig.FoundAsync(), one => Assert.Equal(MismatchState.Open, one.State));
    }

    [Fact]
    public async Task Assign_IsForEnabledPeopleWhoMaySettle()
    {
        Assert.Equal([MismatchDesk.KeeperRole], Rights.Of(Rights.MoveMoney).Holders);
        await using var rig = await RigAsync();
        await PersonAsync(rig, "fin", "Finance");
        await PersonAsync(rig, "sup", "Support");
        await PersonAsync(rig, "gone", "Finance", isDisabled: true);
        var shown = (await rig.Many.PreviewAsync(All, MismatchAct.Assign, CancellationToken.None)).Done;

        foreach (var wrong in new[] { "sup", "gone" }) Assert.Equal("owner", (await rig.Many.DoAsync(shown, new MismatchOrder(MismatchAct.Assign, "Yours", Owner: wrong), Maker, CancellationToken.None)).Refusal?.Field);
        Assert.Equal(4, (await rig.Many.DoAsync(shown, new MismatchOrder(MismatchAct.Assign, "Yours", Owner: "fin"), Maker, CancellationToken.None)).Value.Done);

        Assert.All((await rig.Many.PreviewAsync(All, MismatchAct.Note, CancellationToken.None)).Done, one => Assert.Equal(Actor.Staff("fin").Value, one.Owner));
        Assert.Equal((4, 0), (await rig.Queries.CountAsync(new MismatchFilter(Owner: "fin"), CancellationToken.None), await rig.Queries.CountAsync(new MismatchFilter(Owner: MismatchFilter.Nobody), CancellationToken.None)));
        await rig.AssertSoundAsync();
    }

    private static MismatchChoice All => new(new MismatchFilter());

    /// <summary>A gain of 0.10 and a loss of 0.20 in dollars, a euro that we know nothing of, and a line told twice.</summary>
    private static async Task<SettlementRig> RigAsync()
    {
        var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "gain", "loss", "twice" }) await rig.ChargeAsync(id);
        await rig.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("gain", "12.60", net: "11.94"), SettlementRig.Row("loss", "12.30", net: "11.64"), SettlementRig.Row("euro", currency: "eur"), SettlementRig.Row("twice"), SettlementRig.Row("twice")));
        return rig;
    }

    private static async Task<ManyDone> AskAsync(SettlementRig rig) =>
        (await rig.Many.DoAsync((await rig.Many.PreviewAsync(All, MismatchAct.Adjust, CancellationToken.None)).Done, new MismatchOrder(MismatchAct.Adjust, "The PSP is right"), Maker, CancellationToken.None)).Value;

    private static Task<string> BatchAsync(SettlementRig rig, string state) =>
        rig.Store.RunAsync(unit => unit.QueryFirst("SELECT batch_id FROM mismatches WHERE state = $1 AND batch_id IS NOT NULL", row => row.GetString(0), state)!);

    private static Task<int> PersonAsync(SettlementRig rig, string id, string role, bool isDisabled = false) => rig.Store.RunAsync(unit =>
    {
        unit.Execute("INSERT INTO staff_roles (id, name, normalized_name) VALUES ($1, $1, $2) ON CONFLICT (id) DO NOTHING", role, role.ToUpperInvariant());
        unit.Execute(
            "INSERT INTO staff_users (id, is_disabled, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at) VALUES ($1, $2, 0, 0, 0, 0, 0, 0)", id, isDisabled);
        return unit.Execute("INSERT INTO staff_user_roles (user_id, role_id) VALUES ($1, $2)", id, role);
    });
}
