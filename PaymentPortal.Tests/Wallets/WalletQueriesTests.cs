using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Wallets;

public sealed class WalletQueriesTests
{
    [Fact]
    public async Task Withdrawable_PayInNotYetAvailable_GrowsWhenThePspReleasesIt()
    {
        await using var store = await StoreAsync();
        await PostAsync(store, Books.PayIn("ord_1", 1000, 100, at: store.Time.GetUtcNow()));
        var before = await WalletAsync(store);

        store.Time.Advance(TimeSpan.FromDays(3));

        Assert.Equal(new WalletView(Books.Usd(900), Books.Usd(0), Books.Usd(0)), before);
        Assert.Equal(new WalletView(Books.Usd(900), Books.Usd(0), Books.Usd(900)), await WalletAsync(store));
    }

    [Fact]
    public async Task Withdrawable_OldAndNewPayIns_IsTheOldOnes()
    {
        await using var store = await StoreAsync();
        await PostAsync(store, Books.PayIn("ord_old", 700, 0, at: store.Time.GetUtcNow().AddDays(-10)));
        await PostAsync(store, Books.PayIn("ord_new", 1000, 100, at: store.Time.GetUtcNow()));

        Assert.Equal(new WalletView(Books.Usd(1600), Books.Usd(0), Books.Usd(700)), await WalletAsync(store));
    }

    [Fact]
    public async Task Withdrawable_ReversedPayIn_IsNotTakenAwayTwice()
    {
        await using var store = await StoreAsync();
        await PostAsync(store, Books.PayIn("ord_old", 700, 0, at: store.Time.GetUtcNow().AddDays(-10)));
        var mistaken = await PostAsync(store, Books.PayIn("ord_new", 1000, 0, at: store.Time.GetUtcNow()));

        await store.RunAsync(unit => new Journal(store.Chain).Reverse(unit, mistaken.EntryId, unit.Now, "mistake"));

        Assert.Equal(Books.Usd(700), (await WalletAsync(store)).Withdrawable);
    }

    [Fact]
    public async Task Withdrawable_WalletInDebt_IsZeroAndTheDebtIsShown()
    {
        await using var store = await StoreAsync();
        await PostAsync(store, new JournalEntry(EntryKind.Suspense, "cs_1", Books.Start, [Posting.Debit(Account.SellerPayable(Books.Seller()), Books.Usd(500)), Posting.Credit(Account.Suspense, Books.Usd(500))]));

        Assert.Equal(new WalletView(Books.Usd(-500), Books.Usd(0), Books.Usd(0)), await WalletAsync(store));
    }

    [Fact]
    public async Task Find_SellerWithoutMoney_HasNoWalletAndUnknownSellerIsNull()
    {
        await using var store = await StoreAsync();
        var queries = new WalletQueries(store.Dialect, store.Time);

        Assert.Empty((await queries.FindAsync(Books.Seller(), CancellationToken.None))!.Balances);
        Assert.Null(await queries.FindAsync(Books.Seller("nobody"), CancellationToken.None));
    }

    [Fact]
    public async Task List_PageByPage_GivesEverySellerOnce()
    {
        await using var store = await TestStore.CreateAsync();
        foreach (var name in new[] { "c", "a", "e", "b", "d" }) await store.RunAsync(unit => new WalletService().EnsureSeller(unit, Books.Seller(name)));
        var queries = new WalletQueries(store.Dialect, store.Time);

        var first = await queries.ListAsync(null, 3, CancellationToken.None);
        var second = await queries.ListAsync(first.Next, 3, CancellationToken.None);

        Assert.Equal(["a", "b", "c"], first.Items.Select(seller => seller.Seller.Account.Value));
        Assert.Equal(["d", "e"], second.Items.Select(seller => seller.Seller.Account.Value));
        Assert.Null(second.Next);
    }

    private static async Task<TestStore> StoreAsync()
    {
        var store = await TestStore.CreateAsync();
        await store.RunAsync(unit => new WalletService().EnsureSeller(unit, Books.Seller()));
        return store;
    }

    private static Task<PostResult> PostAsync(TestStore store, JournalEntry entry) => store.RunAsync(unit => new Journal(store.Chain).Post(unit, entry));

    private static async Task<WalletView> WalletAsync(TestStore store) =>
        (await new WalletQueries(store.Dialect, store.Time).FindAsync(Books.Seller(), CancellationToken.None))!.Balances.Single();
}
