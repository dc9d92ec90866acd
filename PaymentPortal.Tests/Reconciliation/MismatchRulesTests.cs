using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>What class a difference is of, by when it is due, what a limit lets through and who looks after it.</summary>
public sealed class MismatchRulesTests
{
    [Fact]
    public async Task ClassAndDueTime_FollowTheKindAndTheMoney()
    {
        await using var rig = await SettlementRig.CreateAsync();
        foreach (var id in new[] { "fee2", "fee3", "less", "mid", "much" }) await rig.ChargeAsync(id);

        await rig.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("fee2", fee: "0.68", net: "11.82"), SettlementRig.Row("fee3", fee: "0.69", net: "11.81"), SettlementRig.Row("less", "112.49", net: "111.83"),
            SettlementRig.Row("mid", "112.50", net: "111.84"), SettlementRig.Row("much", "1012.50", net: "1011.84"), SettlementRig.Row("extra"), SettlementRig.Row("odd", category: "unheard_of", source: "")));

        Assert.Equal(
            [
                ("extra", MismatchClass.Investigate, 7), ("fee2", MismatchClass.Automatic, 7), ("fee3", MismatchClass.Person, 7), ("less", MismatchClass.Person, 7), ("mid", MismatchClass.Person, 3),
                ("much", MismatchClass.Person, 1), ("odd", MismatchClass.Investigate, 7),
            ],
            (await AllAsync(rig)).Select(one => (one.TransactionId![4..], one.Class, (one.DueAt - one.OpenedAt).Days)));
    }

    /// <summary>Up to 100.00 each and 500.00 a day are booked at once; the next day has a budget of its own.</summary>
    [Fact]
    public async Task OwnFees_AboveTheLimitOrTheDaysBudget_WaitForAPerson_UntilTheNextDay()
    {
        await using var rig = await SettlementRig.CreateAsync();
        static string Fee(string id, string amount = "-100.00") => SettlementRig.Row(id, amount, "0.00", amount, category: "fee", source: "");

        await rig.AcceptAsync(SettlementRig.File([Fee("large", "-100.01"), .. Enumerable.Range(1, 6).Select(n => Fee("own" + n))]));
        var first = await AllAsync(rig);
        rig.Store.Time.Advance(TimeSpan.FromDays(1));
        await rig.AcceptAsync(SettlementRig.File(Fee("next")), SettlementRig.Day.AddDays(1));

        Assert.Equal(["large", "own6"], first.Where(one => one.State == MismatchState.Open).Select(one => one.TransactionId![4..]));
        Assert.Equal(MismatchState.Resolved, (await AllAsync(rig)).Single(one => one.TransactionId == "txn_next").State);
        Assert.Equal(60_000, await rig.Store.ScalarAsync("SELECT SUM(p.amount) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'Adjustment' AND p.account = 'psp:fees'"));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public void Age_EveryHour_IsInTheOneSpanThatItsBucketNames()
    {
        var now = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        foreach (var hours in Enumerable.Range(0, 12 * 24))
        {
            var happened = now.AddHours(-hours);
            bool IsIn(MismatchAge age) => MismatchAges.Span(age, now) is var (after, until) && (after is null || happened > after) && (until is null || happened <= until);
            Assert.Equal(hours switch { < 48 => MismatchAge.UpToOne, < 96 => MismatchAge.TwoToThree, < 192 => MismatchAge.FourToSeven, _ => MismatchAge.EightAndMore }, MismatchAges.Of(now - happened));
            Assert.Equal([MismatchAges.Of(now - happened)], Enum.GetValues<MismatchAge>().Where(IsIn));
        }
    }

    [Fact]
    public async Task Ages_AreCountedByWhenItHappened_AndOnlyWhatIsNotClosed()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.AcceptAsync(SettlementRig.File(
            SettlementRig.Row("old", at: "2026-11-20 00:00:00"), SettlementRig.Row("older", at: "2026-11-20 10:00:00"), SettlementRig.Row("week", at: "2026-11-14 12:00:01"), SettlementRig.Row("ancient", at: "2026-11-14 12:00:00"), SettlementRig.Row("new", at: "2026-11-20 23:00:00"), SettlementRig.Row("gone", at: "2026-11-20 23:30:00")));
        var gone = (await AllAsync(rig)).Single(one => one.TransactionId == "txn_gone");
        Assert.False((await rig.Desk.DoAsync(new MismatchId(gone.MismatchId), new MismatchOrder(MismatchAct.Ignore, "A test of theirs"), Actor.Staff("maker"), CancellationToken.None)).IsRefused);

        var ages = await rig.Queries.AgesAsync(new MismatchFilter(), new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), CancellationToken.None);

        Assert.Equal([1, 2, 1, 1], ages.OrderBy(age => age.Key).Select(age => age.Value));
        Assert.Equal(["txn_new"], (await rig.Queries.MismatchesAsync(new MismatchFilter().Aged(MismatchAge.UpToOne, new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)), null, 10, CancellationToken.None)).Items.Select(one => one.TransactionId));
    }

    [Fact]
    public async Task Take_MakesItThePersonsOwn_AndStandsInHistoryAndAudit()
    {
        await using var rig = await SettlementRig.CreateAsync();
        await rig.AcceptAsync(SettlementRig.File(SettlementRig.Row("extra")));
        var id = new MismatchId((await rig.SingleAsync(MismatchKind.MissingOurs)).MismatchId);

        Assert.False((await rig.Desk.TakeAsync(id, Actor.Staff("ana"), CancellationToken.None)).IsRefused);

        Assert.Equal("user:ana", (await rig.SingleAsync(MismatchKind.MissingOurs)).Owner);
        Assert.Equal(1, await rig.Store.ScalarAsync($"SELECT COUNT(*) FROM mismatch_history WHERE mismatch_id = '{id}' AND cause = 'Taken' AND actor = 'user:ana'"));
        Assert.Equal(1, await rig.Store.ScalarAsync($"SELECT COUNT(*) FROM audit_log WHERE object_id = '{id}' AND action = 'mismatch.Taken'"));
        await rig.AssertSoundAsync();
    }

    /// <summary>A process that died while it read: after six hours nothing is left of it, and what others read is left alone.</summary>
    [Fact]
    public async Task Reading_ThatADeadProcessLeft_IsThrownAwayWhole()
    {
        await using var rig = await SettlementRig.CreateAsync();
        var dead = (await rig.StageAsync(SettlementRig.File(SettlementRig.Row("1"), SettlementRig.Row("2")))).Value;
        await rig.Store.ExecuteAsync($"DELETE FROM settlement_totals WHERE file_id = '{dead}'");
        await rig.Store.ExecuteAsync($"UPDATE settlement_files SET state = 'Reading', rows = 0, sha256 = '' WHERE file_id = '{dead}'");
        rig.Store.Time.Advance(TimeSpan.FromHours(5));
        await rig.Gate.TidyAsync(CancellationToken.None);
        Assert.Equal(2, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM settlement_lines"));

        rig.Store.Time.Advance(TimeSpan.FromHours(2));
        await rig.Gate.TidyAsync(CancellationToken.None);

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM settlement_lines) + (SELECT COUNT(*) FROM settlement_files)"));
        Assert.False((await rig.StageAsync(SettlementRig.File(SettlementRig.Row("1"), SettlementRig.Row("2")))).IsRefused);
    }

    private static async Task<List<Mismatch>> AllAsync(SettlementRig rig) =>
        [.. (await rig.Queries.MismatchesAsync(new MismatchFilter(IsClosedToo: true), null, 100, CancellationToken.None)).Items.OrderBy(one => one.TransactionId, StringComparer.Ordinal)];
}
