using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>The books are verified all the time: what is tampered with turns red by itself, says since when, and stays so until it is mended.</summary>
public sealed class IntegrityWatchTests
{
    private const string Tamper = "UPDATE journal_entries SET memo = 'x' WHERE seq = 3";

    [Fact]
    public async Task Pass_SoundBooks_AreGreenAndRememberWhereItStands()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var rig = WatchRig.Of(store);
        await rig.Anchors.WriteAsync(CancellationToken.None);

        Assert.Empty(await rig.PassAsync(store.Time));

        Assert.Equal(rig.Runner.Rules.Select(rule => rule.Code).Order(StringComparer.Ordinal), (await rig.Results.ReadAsync(CancellationToken.None)).Select(result => result.Code));
        Assert.Equal([("audit", 5L, 5L), ("main", 10L, 10L)], (await rig.Results.PlacesAsync(CancellationToken.None)).Select(place => (place.ChainId, place.TailSeq, place.AnchorCount!.Value)));
    }

    [Fact]
    public async Task Pass_ATamperedRow_IsRedSinceThen_AndGreenOnlyWhenItIsMended()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var rig = WatchRig.Of(store);
        await rig.PassAsync(store.Time);
        var green = (await rig.Results.ReadAsync(CancellationToken.None)).Single(result => result.Code == "chain-main").Since;

        await store.CorruptAsync(Tamper);
        var red = (await rig.PassAsync(store.Time))["chain-main"];
        var later = (await rig.PassAsync(store.Time))["chain-main"];
        await store.CorruptAsync("UPDATE journal_entries SET memo = '' WHERE seq = 3");

        Assert.StartsWith("row 3 ", red.Findings[0], StringComparison.Ordinal);
        Assert.True(red.Since > green);
        Assert.Equal((red.Since, true), (later.Since, later.CheckedAt > red.CheckedAt));
        Assert.Empty(await rig.PassAsync(store.Time));
    }

    [Fact]
    public async Task Pass_OldRows_AreWalkedRoundInSlices()
    {
        await using var store = await TestStore.CreateAsync();
        await RandomBooks.PostAsync(store, seed: 7, count: 40);
        using var rig = WatchRig.Of(store, new WatchReach(Recent: 5, Slice: 4, Rest: 0));
        for (var pass = 0; pass < 2; pass++) Assert.Empty(await rig.PassAsync(store.Time));
        await store.CorruptAsync("UPDATE journal_entries SET memo = 'x' WHERE seq = 30");
        using var restarted = WatchRig.Of(store, new WatchReach(Recent: 5, Slice: 4, Rest: 0));

        var passes = 0;
        while ((await restarted.PassAsync(store.Time)).Count == 0) Assert.InRange(++passes, 0, 12);

        // Row 30 lies neither among the newest nor in the next slice: the round, which went on where it stood, came to it.
        Assert.InRange(passes, 2, 12);
    }

    [Fact]
    public async Task Pass_ATailCutBeforeItWasAnchored_IsFoundByThePlace()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var rig = WatchRig.Of(store);
        await rig.PassAsync(store.Time);

        await store.CorruptAsync("DELETE FROM audit_log WHERE seq > 3; UPDATE chain_heads SET count = 3, head = (SELECT mac FROM audit_log WHERE seq = 3) WHERE chain_id = 'audit'");

        Assert.Contains("no longer the ones", (await rig.PassAsync(store.Time))["chain-audit"].Findings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pass_APlaceMovedPastATamperedRow_IsNotBelieved()
    {
        await using var store = await TestStore.CreateAsync();
        await RandomBooks.PostAsync(store, seed: 8, count: 30);
        using var rig = WatchRig.Of(store, new WatchReach(Recent: 5, Slice: 4, Rest: 0));
        await rig.PassAsync(store.Time);

        await store.CorruptAsync(Tamper + "; UPDATE chain_places SET round_seq = 20, round_mac = (SELECT mac FROM journal_entries WHERE seq = 20) WHERE chain_id = 'main'");

        Assert.Contains("chain-main", await rig.PassAsync(store.Time));
    }

    [Fact]
    public async Task Pass_AnchorsRemovedFromTheFile_AreAFinding()
    {
        await using var store = await PlantedBooks.CreateAsync();
        using var rig = WatchRig.Of(store);
        await rig.Anchors.WriteAsync(CancellationToken.None);
        await rig.PassAsync(store.Time);

        await File.WriteAllTextAsync(Path.Combine(store.Directory, "anchors.log"), "");

        Assert.Contains("shorter", (await rig.PassAsync(store.Time))["chain-cover"].Findings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pass_ASealedValueOfAnotherRow_IsRedUntilItIsMended()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var ids = await store.RunAsync(unit => new[] { "anna", "berta" }.Select(name => new Buyers(store.Cipher).Ensure(unit, name, null, $"{name}@example.com")).ToList());
        using var rig = WatchRig.Of(store, null, new SealedInvariant(store.Dialect, store.Cipher));
        Assert.Empty(await rig.PassAsync(store.Time));
        await store.CorruptAsync("CREATE TABLE was AS SELECT user_id, email FROM users; UPDATE users SET email = (SELECT email FROM was w WHERE w.user_id <> users.user_id)");

        var red = (await rig.PassAsync(store.Time))["sealed-01"];
        await store.CorruptAsync("UPDATE users SET email = (SELECT email FROM was w WHERE w.user_id = users.user_id)");

        Assert.Equal(ids.Order(StringComparer.Ordinal).Select(id => $"users.email of {id} was changed or comes from another row (key {store.Keys.Active.Id})."), red.Findings.Order(StringComparer.Ordinal));
        Assert.Empty(await rig.PassAsync(store.Time));
    }

    /// <summary>What the watch has no business with leaves standing what a person's run found.</summary>
    [Fact]
    public async Task Pass_WhatItSkips_LeavesTheLastResultStanding()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var held = new StubPsp(store.Time) { Holds = Books.Usd(await store.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = 'psp:clearing' AND currency = 'USD'")) };
        using var rig = WatchRig.Of(store, null, new PspBooksInvariant(held, new VerifyScope(true)));
        await rig.PassAsync(store.Time);
        Assert.Contains("Verify everything now", (await ResultAsync(rig)).Findings[0], StringComparison.Ordinal);

        Assert.False((await rig.Desk.StartAsync(Actor.Staff("u1"), CancellationToken.None)).IsRefused);
        await Until.TrueAsync(() => Task.FromResult(rig.Desk.Progress is null));
        await rig.PassAsync(store.Time);

        // The JPY of these books are nowhere at the PSP.
        var result = await ResultAsync(rig);
        Assert.Equal(InvariantState.Broken, result.State);
        Assert.Contains("JPY", Assert.Single(result.Findings), StringComparison.Ordinal);

        static async Task<IntegrityResult> ResultAsync(WatchRig rig) => (await rig.Results.ReadAsync(CancellationToken.None)).Single(result => result.Code == "psp-books");
    }

    [Fact]
    public async Task Desk_VerifiesEverything_OneRunAtATime_AndItIsAudited()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var (held, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var rig = WatchRig.Of(store, null, new Waiting(held, go.Task));

        Assert.False((await rig.Desk.StartAsync(Actor.Staff("u1"), CancellationToken.None)).IsRefused);
        await held.Task;
        var twin = await rig.Desk.StartAsync(Actor.Staff("u2"), CancellationToken.None);
        await store.CorruptAsync(Tamper);
        go.SetResult();
        await Until.TrueAsync(() => Task.FromResult(rig.Desk.Progress is null));

        Assert.Equal(RefusalCodes.StateConflict, twin.Refusal!.Code);
        Assert.Equal(1, await store.ScalarAsync($"SELECT COUNT(*) FROM audit_log WHERE action = '{IntegrityDesk.Act}' AND actor = 'user:u1'"));
        Assert.Equal(InvariantState.Broken, (await rig.Results.ReadAsync(CancellationToken.None)).Single(result => result.Code == "chain-main").State);
    }

    private sealed class Waiting(TaskCompletionSource held, Task go) : IInvariant
    {
        public string Code => "a-1";

        public string Rule => "Waits.";

        public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
        {
            held.TrySetResult();
            await go.WaitAsync(cancellationToken);
            return InvariantReport.Green;
        }
    }
}
