using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Maker and checker: who may decide, that it happens once, and that it does what was shown or nothing.</summary>
public sealed class ApprovalsTests
{
    [Fact]
    public async Task Approve_ByAnother_DoesItOnce()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1")).Value;

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(at => rig.ApproveAsync(id, Actor.Staff("checker" + at))));

        Assert.Single(results, result => !result.IsRefused && result.Value == ApprovalState.Approved);
        Assert.All(results.Where(result => result.IsRefused), result => Assert.Equal((409, "state_conflict"), (result.Refusal!.HttpStatus, result.Refusal.Code)));
        Assert.Equal(1, await DoneAsync(rig, "done:s1"));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end'"));
    }

    [Fact]
    public async Task Approve_ByTheMaker_IsRefused_AlsoThroughHisKey()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var key = await rig.KeyAsync(owner: "maker");
        var byHand = (await rig.AskAsync("s1")).Value;
        var byKey = (await rig.AskAsync("s2", Actor.ApiKey(new ApiKeyId(key.Value)))).Value;

        Assert.Equal("maker_is_checker", (await rig.ApproveAsync(byHand, ApprovalRig.Maker)).Refusal?.Code);
        Assert.Equal("maker_is_checker", (await rig.ApproveAsync(byKey, ApprovalRig.Maker)).Refusal?.Code);
        Assert.Equal("maker_is_checker", (await rig.ApproveAsync(byHand, Actor.ApiKey(new ApiKeyId(key.Value)))).Refusal?.Code);
        Assert.Equal(0, await DoneAsync(rig, "done:s1") + await DoneAsync(rig, "done:s2"));
        Assert.Equal(ApprovalState.Approved, (await rig.ApproveAsync(byKey)).Value);
    }

    [Fact]
    public async Task Ask_WithAnOwnerlessKey_IsRefusedAndLeavesNothing()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var key = Actor.ApiKey(new ApiKeyId((await rig.KeyAsync(owner: null)).Value));

        Assert.Null((await rig.AskIfAboveAsync("small", 100, key)).Value);
        Assert.Equal("key_needs_owner", (await rig.AskIfAboveAsync("large", 100_001, key)).Refusal?.Code);
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approvals"));
    }

    [Fact]
    public async Task Approve_OfWhatChangedMeanwhile_IsVoidAndDoesNothing()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1")).Value;
        rig.Act.Wish = "something else";

        Assert.Equal(ApprovalState.Void, (await rig.ApproveAsync(id)).Value);

        Assert.Equal((0L, 1L), (await DoneAsync(rig, "done:s1"), await DoneAsync(rig, "Void:s1")));
        Assert.True((await rig.ApproveAsync(id)).IsRefused);
    }

    [Fact]
    public async Task Approve_WhenTheActRefuses_LeavesTheApprovalOpenAndTheDayUnspent()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1", amount: 100)).Value;
        rig.Act.Refuses = new Refusal(RefusalCodes.StateConflict, 409, "Not now.");

        Assert.Equal("Not now.", (await rig.ApproveAsync(id)).Refusal?.Text);
        Assert.Equal(0, await DoneAsync(rig, "done:s1"));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approval_sums"));

        rig.Act.Refuses = null;
        Assert.Equal(ApprovalState.Approved, (await rig.ApproveAsync(id)).Value);
    }

    [Fact]
    public async Task Ask_TwiceAboutOneThing_IsRefused()
    {
        await using var rig = await ApprovalRig.CreateAsync();

        Assert.False((await rig.AskAsync("s1")).IsRefused);
        Assert.Equal(409, (await rig.AskAsync("s1", Actor.Staff("other"))).Refusal?.HttpStatus);
    }

    [Fact]
    public async Task Refuse_NeedsACommentAndAnotherPerson_AndGivesBack()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1")).Value;

        Assert.Equal(422, (await rig.Approvals.RefuseAsync(id, ApprovalRig.Checker, " ", CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(403, (await rig.Approvals.RefuseAsync(id, ApprovalRig.Maker, "no", CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Refused, (await rig.Approvals.RefuseAsync(id, ApprovalRig.Checker, "Too much", CancellationToken.None)).Value);

        Assert.Equal((0L, 1L), (await DoneAsync(rig, "done:s1"), await DoneAsync(rig, "Refused:s1")));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end' AND reason = 'Too much' AND actor = 'user:checker'"));
    }

    [Fact]
    public async Task Withdraw_IsForTheMakerAlone()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1")).Value;

        Assert.Equal(403, (await rig.Approvals.WithdrawAsync(id, ApprovalRig.Checker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Withdrawn, (await rig.Approvals.WithdrawAsync(id, ApprovalRig.Maker, CancellationToken.None)).Value);
        Assert.Equal(1, await DoneAsync(rig, "Withdrawn:s1"));
        Assert.True((await rig.ApproveAsync(id)).IsRefused);
    }

    [Fact]
    public async Task Expiry_EndsWhatNobodyDecided_AndALateApprovalDoesNothing()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var (left, late) = ((await rig.AskAsync("s1")).Value, (await rig.AskAsync("s2")).Value);
        rig.Store.Time.Advance(ApprovalLimits.Usual.Patience);

        Assert.Equal(ApprovalState.Expired, (await rig.ApproveAsync(late)).Value);
        Assert.Equal(1, await rig.Approvals.ExpireAsync(CancellationToken.None));

        Assert.Equal((1L, 1L), (await DoneAsync(rig, "Expired:s1"), await DoneAsync(rig, "Expired:s2")));
        Assert.True((await rig.ApproveAsync(left)).IsRefused);
    }

    [Fact]
    public async Task Limits_OfOneActAndOfADay_DecideWhoNeedsASecondPerson()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(100, 250, 1000, 1000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(1));
        await using var rig = await ApprovalRig.CreateAsync(limits);

        Assert.Null((await rig.AskIfAboveAsync("a", 100)).Value);
        Assert.NotNull((await rig.AskIfAboveAsync("b", 101)).Value);
        Assert.Null((await rig.AskIfAboveAsync("c", 100)).Value);
        // 200 alone today: 51 more would pass 250, 50 would not; another person has a day of his own, and so has tomorrow.
        Assert.NotNull((await rig.AskIfAboveAsync("d", 51)).Value);
        Assert.Null((await rig.AskIfAboveAsync("e", 50)).Value);
        Assert.Null((await rig.AskIfAboveAsync("f", 100, Actor.Staff("another"))).Value);
        rig.Store.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null((await rig.AskIfAboveAsync("g", 100)).Value);
    }

    /// <summary>By the limits of the ask: those of the settings may be others when somebody reads it.</summary>
    [Fact]
    public async Task Ask_KeepsTheRuleThatFired_AndIsDoneUnderIt()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(100, 150, 1000, 1000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(1));
        await using var rig = await ApprovalRig.CreateAsync(limits);

        var single = (await rig.AskIfAboveAsync("single", 101)).Value!.Value;
        Assert.Null((await rig.AskIfAboveAsync("alone", 100)).Value);
        var day = (await rig.AskIfAboveAsync("day", 51)).Value!.Value;
        var always = (await rig.AskAsync("always")).Value;

        Assert.Equal(new ApprovalRule(ApprovalTrigger.SingleLimit, ApprovalRig.Usd(100)), await RuleAsync(rig, single));
        Assert.Equal(new ApprovalRule(ApprovalTrigger.DayLimit, ApprovalRig.Usd(150), ApprovalRig.Usd(100)), await RuleAsync(rig, day));
        Assert.Equal(ApprovalRule.Always, await RuleAsync(rig, always));
        foreach (var id in new[] { single, day, always }) Assert.Equal(ApprovalState.Approved, (await rig.ApproveAsync(id)).Value);
    }

    private static Task<ApprovalRule> RuleAsync(ApprovalRig rig, ApprovalId id) =>
        rig.Store.RunAsync(unit => unit.QueryFirst($"SELECT {Approval.Columns} FROM approvals WHERE approval_id = $1", Approval.Read, id.Value)!.Rule);

    [Fact]
    public async Task Limits_OfADay_AreNotPassedByManySmallActsAtOnce()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(100, 250, 1000, 1000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(1));
        await using var rig = await ApprovalRig.CreateAsync(limits);

        var asked = await Task.WhenAll(Enumerable.Range(0, 32).Select(at => rig.AskIfAboveAsync("many-" + at, 100)));

        Assert.Equal((2, 30), (asked.Count(one => !one.IsRefused && one.Value is null), asked.Count(one => !one.IsRefused && one.Value is not null)));
    }

    [Fact]
    public async Task Limits_OfACheckersDay_AreRefusedAndLeaveItForAnother()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(0, 0, 1000, 1000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(1));
        await using var rig = await ApprovalRig.CreateAsync(limits);
        var (first, second) = ((await rig.AskAsync("a", amount: 700)).Value, (await rig.AskAsync("b", amount: 301)).Value);

        Assert.False((await rig.ApproveAsync(first)).IsRefused);
        Assert.Equal("limit_reached", (await rig.ApproveAsync(second)).Refusal?.Code);
        Assert.Equal(ApprovalState.Approved, (await rig.ApproveAsync(second, Actor.Staff("another"))).Value);
    }

    /// <summary>Settings change: what was allowed when it was done is kept with the day.</summary>
    [Fact]
    public async Task Limits_OfTheTime_AreKeptWithTheDay_WhateverTheyAreLater()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        Assert.Null((await rig.AskIfAboveAsync("s1", 90_000)).Value);
        Assert.Equal((90_000, 100_000, 500_000), await LimitsAsync(rig));

        Assert.NotNull((await AskUnderAsync("s2", 200, single: 100, daily: 1_000)).Value);
        Assert.Equal((90_000, 100_000, 500_000), await LimitsAsync(rig));
        Assert.Null((await AskUnderAsync("s3", 150_000, single: 200_000, daily: 600_000)).Value);
        Assert.Equal((240_000, 200_000, 600_000), await LimitsAsync(rig));
        Assert.Null((await AskUnderAsync("s4", 50, single: 100, daily: 300_000)).Value);
        Assert.Equal((240_050, 200_000, 300_000), await LimitsAsync(rig));

        rig.Store.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null((await AskUnderAsync("s5", 50, single: 100, daily: 300)).Value);
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approval_sums WHERE amount = 50 AND single_limit = 100 AND daily_limit = 300"));

        Task<Result<ApprovalId?>> AskUnderAsync(string subject, long amount, long single, long daily)
        {
            var limits = new ApprovalLimits(new ApprovalLimit(single, daily, 1_000, 1_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));
            var approvals = new Approvals(rig.Store.Lane, new AuditLog(rig.Store.Chain), limits, new StaffNames(rig.Store.Cipher), () => [rig.Act]);
            return rig.Store.RunAsync(unit => approvals.AskIfAbove(unit, new ApprovalAsk(ApprovalRig.ProbeKind.Name, subject, ApprovalRig.Maker, ApprovalRig.Usd(amount), "Because")));
        }
    }

    private static async Task<(long Amount, long Single, long Daily)> LimitsAsync(ApprovalRig rig) => (
        await rig.Store.ScalarAsync("SELECT amount FROM approval_sums"), await rig.Store.ScalarAsync("SELECT single_limit FROM approval_sums"), await rig.Store.ScalarAsync("SELECT daily_limit FROM approval_sums"));

    /// <summary>His session may be older than that: the store is asked in the unit of the decision.</summary>
    [Theory]
    [InlineData("UPDATE staff_users SET is_disabled = 1 WHERE id = 'checker'")]
    [InlineData("DELETE FROM staff_user_roles WHERE user_id = 'checker' AND role_id = 'Finance'")]
    [InlineData("DELETE FROM staff_user_roles WHERE user_id = 'checker'; DELETE FROM staff_users WHERE id = 'checker'")]
    public async Task Decide_WithoutTheRoleByNow_IsRefusedAndLeftForAnother(string meanwhile)
    {
        await using var rig = await ApprovalRig.CreateAsync();
        var id = (await rig.AskAsync("s1", amount: 100)).Value;
        foreach (var statement in meanwhile.Split(';')) await rig.Store.ExecuteAsync(statement);

        var approved = await rig.ApproveAsync(id);
        var refused = await rig.Approvals.RefuseAsync(id, ApprovalRig.Checker, "no", CancellationToken.None);

        Assert.Equal((403, "unauthorized", 403), (approved.Refusal?.HttpStatus, approved.Refusal?.Code, refused.Refusal?.HttpStatus));
        Assert.Equal((0L, 0L), (await DoneAsync(rig, "done:s1"), await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approval_sums")));
        Assert.Equal(ApprovalState.Approved, (await rig.ApproveAsync(id, Actor.Staff("another"))).Value);
    }

    [Fact]
    public async Task End_TellsTheAuditAsWhatHeDecided_AndAboutWhat()
    {
        await using var rig = await ApprovalRig.CreateAsync();
        await rig.ApproveAsync((await rig.AskAsync("s1")).Value);

        Assert.Equal(1, await rig.Store.ScalarAsync(
            "SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end' AND after = 'Approved as Finance' AND before = 'as asked; bank:main 1.00 USD; suspense -1.00 USD; wish:  -> as asked'"));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.ask' AND before = 'as Admin, Finance'"));
    }

    private static Task<long> DoneAsync(ApprovalRig rig, string what) => rig.Store.ScalarAsync($"SELECT COALESCE((SELECT CAST(value AS INTEGER) FROM store_meta WHERE name = '{what}'), 0)");
}
