using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>Two signatures, the lock, and what comes late.</summary>
public sealed class DayCloseTests
{
    private static readonly DateTimeOffset NextDay = SettlementRig.Day.AddDays(1);

    [Fact]
    public async Task Close_TakesTwoPeople_AndLocksTheDay()
    {
        await using var rig = await CloseRig.CreateAsync();
        var file = await rig.FillAsync();

        Assert.Equal(422, (await rig.SignAsync(remark: " ")).Refusal?.HttpStatus);
        Assert.Equal(403, (await rig.SignAsync(by: Actor.ApiKey(new ApiKeyId("key_1")))).Refusal?.HttpStatus);
        Assert.Equal(409, (await rig.Recon.Closes.SignAsync(CloseRig.Day, "another digest", CloseRig.First, "All is named", CancellationToken.None)).Refusal?.HttpStatus);
        var signed = (await rig.SignAsync()).Value;
        Assert.Equal(409, (await rig.SignAsync(by: CloseRig.Second)).Refusal?.HttpStatus);
        Assert.Equal("maker_is_checker", (await rig.CountersignAsync(signed, CloseRig.First)).Refusal?.Code);
        Assert.Equal((DayCloseState.Signed, 0L), ((await rig.FindAsync())!.State, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM locked_days")));
        Assert.Equal(ApprovalState.Approved, (await rig.CountersignAsync(signed)).Value);

        var close = (await rig.FindAsync())!;
        Assert.Equal((DayCloseState.Closed, "user:maker", "user:checker"), (close.State, close.FirstBy, close.SecondBy));
        Assert.Equal((await rig.ProofAsync()).Digest, close.Digest);
        Assert.Contains("is closed", (await rig.Recon.Files.RollBackAsync(file, CloseRig.First, "wrong file", CancellationToken.None)).Refusal?.Text, StringComparison.Ordinal);
        Assert.Equal(409, (await rig.SignAsync()).Refusal?.HttpStatus);
        await rig.Recon.AssertSoundAsync();
    }

    /// <summary>By an API key of the second person nobody would have seen the figures.</summary>
    [Fact]
    public async Task SecondSignature_ByAKey_IsRefused()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        var signed = (await rig.SignAsync()).Value;
        await rig.Store.CorruptAsync("INSERT INTO api_keys (key_id, name, key_hash, last4, scopes, owner_id, created_at) VALUES ('key_2', 'k', x'00', '0000', '*', 'checker', 0)");

        Assert.Equal(403, (await rig.CountersignAsync(signed, Actor.ApiKey(new ApiKeyId("key_2")))).Refusal?.HttpStatus);
        Assert.Equal(DayCloseState.Signed, (await rig.FindAsync())!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FirstSignature_OverFiguresThatChange_IsVoid(bool byEntry)
    {
        await using var rig = await CloseRig.CreateAsync();
        var file = await rig.FillAsync();
        var signed = (await rig.SignAsync()).Value;

        if (byEntry) await rig.PaidAsync("more");
        else Assert.False((await rig.Recon.Files.RollBackAsync(file, CloseRig.First, "wrong file", CancellationToken.None)).IsRefused);

        Assert.Equal(ApprovalState.Void, (await rig.CountersignAsync(signed)).Value);
        Assert.Null(await rig.FindAsync());
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM locked_days) + (SELECT COUNT(*) FROM day_close_figures)"));
        await rig.Recon.AssertSoundAsync();
    }

    /// <summary>As many lines, from files of which the oldest and the newest are the same.</summary>
    [Fact]
    public async Task FirstSignature_OverAFileThatTookThePlaceOfAnother_IsVoid()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        rig.Store.Time.Advance(TimeSpan.FromSeconds(1));
        var waiting = (await rig.Recon.StageAsync(SettlementRig.File(SettlementRig.Row("w", "99.00", net: "98.34")))).Value;
        var counted = await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("x")));
        rig.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("y")));
        var (signed, before) = ((await rig.SignAsync()).Value, await CountAsync());

        Assert.False((await rig.Recon.Files.RollBackAsync(counted, CloseRig.First, "wrong file", CancellationToken.None)).IsRefused);
        Assert.False((await rig.Recon.Files.AcceptAsync(waiting, CloseRig.First, CancellationToken.None)).IsRefused);

        Assert.Equal(before, await CountAsync());
        Assert.Equal(ApprovalState.Void, (await rig.CountersignAsync(signed)).Value);
        await rig.Recon.AssertSoundAsync();

        Task<string> CountAsync() => rig.Store.RunAsync(unit => unit.QueryFirst("SELECT COUNT(*) || MIN(file_id) || MAX(file_id) FROM settlement_lines WHERE is_counted = 1", row => row.GetString(0))!);
    }

    [Fact]
    public async Task FirstSignature_OverFiguresThatChanged_CanBeGivenAnew()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        var old = (await rig.SignAsync()).Value;
        await rig.PaidAsync("more");

        var anew = (await rig.SignAsync(by: CloseRig.Second)).Value;

        Assert.Equal(409, (await rig.CountersignAsync(old, CloseRig.Second)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Approved, (await rig.CountersignAsync(anew, CloseRig.First)).Value);
        await rig.Recon.AssertSoundAsync();
    }

    [Fact]
    public async Task LateFacts_AreBookedOnTheNextOpenDay_AndSayWhenTheyHappened()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        await rig.CloseAsync();

        await rig.PaidAsync("late", SettlementRig.Day.AddHours(23));
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("late", at: "2026-11-20 23:00:00")), NextDay);

        var entry = (await new EntryQueries(rig.Store.Dialect).ListAsync(new EntryFilter(Kind: EntryKind.PayIn), null, 1, CancellationToken.None)).Items.Single();
        Assert.Equal((NextDay, (DateTimeOffset?)SettlementRig.Day.AddHours(23)), (entry.EffectiveAt, entry.HappenedAt));
        var proof = await rig.ProofAsync(CloseRig.Day.AddDays(1));
        Assert.Equal((1250L, 1250L), proof.Figures.Where(figure => figure.Category == "charge").Select(figure => (figure.Ledger, figure.Psp!.Value)).Single());
        await rig.CloseAsync(CloseRig.Day.AddDays(1));
        Assert.Equal((await rig.FindAsync())!.Digest, (await rig.ProofAsync()).Digest);
        await rig.Recon.AssertSoundAsync();
    }

    /// <summary>Whatever of both the lane takes first: no entry stands in a day behind its lock.</summary>
    [Fact]
    public async Task Posts_BesideTheLock_NeverStandInALockedDay()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        var signed = (await rig.SignAsync()).Value;

        var posts = Enumerable.Range(0, 60).Select(n => rig.Store.RunAsync(unit => rig.Recon.Journal.Post(unit, Books.PayIn("ord_x" + n, 100, 0, at: SettlementRig.Day.AddHours(3))))).ToList();
        var closing = rig.CountersignAsync(signed);
        posts.AddRange(Enumerable.Range(60, 60).Select(n => rig.Store.RunAsync(unit => rig.Recon.Journal.Post(unit, Books.PayIn("ord_x" + n, 100, 0, at: SettlementRig.Day.AddHours(3))))));
        await Task.WhenAll(posts);

        Assert.Contains((await closing).Value, new[] { ApprovalState.Approved, ApprovalState.Void });
        await rig.Recon.AssertSoundAsync();
    }

    [Fact]
    public async Task Lock_OfAUnitThatIsUndone_IsForgotten()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.Store.RunAsync<Result<int>>(unit =>
        {
            LockedDays.Lock(unit, CloseRig.Day);
            return new Refusal("no", 409, "Not after all.");
        });

        await rig.PaidAsync("a");

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE happened_at IS NOT NULL"));
        Assert.Equal(DateTimeOffset.UnixEpoch, await rig.Store.RunAsync(LockedDays.Until));
    }
}
