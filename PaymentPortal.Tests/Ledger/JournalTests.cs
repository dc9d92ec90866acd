using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

public sealed class JournalTests
{
    [Fact]
    public async Task Post_PayIn_StoresEntryPostingsAndWallet()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);

        var posted = await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1250, 125)));

        Assert.True(posted.IsNew);
        Assert.Equal(3, await store.ScalarAsync("SELECT COUNT(*) FROM postings"));
        Assert.Equal(0, await store.ScalarAsync("SELECT SUM(amount) FROM postings"));
        Assert.Equal(1125, await store.ScalarAsync("SELECT payable FROM wallet_balances WHERE seller_account = 'seller-1' AND currency = 'USD'"));
        Assert.Equal(1, await store.ScalarAsync("SELECT count FROM chain_heads WHERE chain_id = 'main'"));
    }

    [Fact]
    public async Task Post_SameCauseAgain_GivesTheFirstEntryAndMovesNothing()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);
        var first = await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1250, 125)));

        var again = await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1250, 125)));

        Assert.Equal(new PostResult(first.EntryId, IsNew: false), again);
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
        Assert.Equal(1125, await store.ScalarAsync("SELECT payable FROM wallet_balances"));
        Assert.Equal(1, await store.ScalarAsync("SELECT count FROM chain_heads WHERE chain_id = 'main'"));
    }

    [Fact]
    public async Task Post_SameCauseWithOtherAmounts_Throws()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);
        await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1250, 125)));

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1251, 125))));

        Assert.Equal(1125, await store.ScalarAsync("SELECT payable FROM wallet_balances"));
    }

    [Fact]
    public async Task Post_InAUnitThatIsRefused_LeavesNoTraceAndNoGap()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);

        var refused = store.RunAsync<Result<PostResult>>(unit =>
        {
            journal.Post(unit, Books.PayIn("ord_1", 1250, 125));
            return new Refusal(RefusalCodes.Invalid, 422, "No.");
        });
        var kept = await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_2", 500, 0)));

        Assert.True((await refused).IsRefused);
        Assert.True(kept.IsNew);
        Assert.Equal(1, await store.ScalarAsync("SELECT SUM(seq) FROM journal_entries"));
        Assert.Equal(500, await store.ScalarAsync("SELECT payable FROM wallet_balances"));
    }

    [Fact]
    public async Task Post_InABatchWithRefusedUnits_LinksOnlyWhatWasKept()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => store.RunAsync<Result<PostResult>>(unit =>
        {
            var posted = journal.Post(unit, Books.PayIn("ord_" + n, 1000, 100));
            return n % 3 == 0 ? new Refusal(RefusalCodes.Invalid, 422, "No.") : posted;
        })));

        Assert.Equal(66, await store.ScalarAsync("SELECT count FROM chain_heads WHERE chain_id = 'main'"));
        Assert.Equal(66, await store.ScalarAsync("SELECT MAX(seq) FROM journal_entries"));
        Assert.Equal(66, await store.ScalarAsync("SELECT COUNT(DISTINCT seq) FROM journal_entries"));
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM chain_heads h JOIN journal_entries e ON e.chain_id = h.chain_id AND e.seq = h.count AND e.mac = h.head"));
    }

    [Fact]
    public async Task Reverse_Entry_NegatesItOnceAndEmptiesTheWallet()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);
        var posted = await store.RunAsync(unit => journal.Post(unit, Books.PayIn("ord_1", 1250, 125)));

        var reversed = await store.RunAsync(unit => journal.Reverse(unit, posted.EntryId, unit.Now, "booked by mistake"));
        var again = await store.RunAsync(unit => journal.Reverse(unit, posted.EntryId, unit.Now, "booked by mistake"));

        Assert.Equal(new PostResult(reversed.EntryId, IsNew: false), again);
        Assert.Equal(0, await store.ScalarAsync("SELECT payable FROM wallet_balances"));
        Assert.Equal(0, await store.ScalarAsync("SELECT MAX(ABS(total)) FROM (SELECT SUM(amount) AS total FROM postings GROUP BY account)"));
    }

    [Fact]
    public async Task Find_PostedEntry_ReadsBackWhatWasPosted()
    {
        await using var store = await TestStore.CreateAsync();
        var journal = new Journal(store.Chain);
        var entry = Books.PayIn("ord_1", 1250, 125);

        var (id, _) = await store.RunAsync(unit => journal.Post(unit, entry));
        var found = await store.RunAsync(unit => journal.Find(unit, id));

        Assert.Equal(entry.Postings, found!.Entry.Postings);
        Assert.Equal((entry.Kind, entry.SourceId, entry.EffectiveAt, entry.AvailableOn, entry.CheckoutId), (found.Entry.Kind, found.Entry.SourceId, found.Entry.EffectiveAt, found.Entry.AvailableOn, found.Entry.CheckoutId));
    }
}
