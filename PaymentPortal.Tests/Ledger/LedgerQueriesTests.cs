using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Wallets;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>Balances by our queries against balances by adding up everything in memory.</summary>
public sealed class LedgerQueriesTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Accounts_AfterRandomEntriesAndSnapshots_AreTheSumsOfTheirPostings(int seed)
    {
        await using var store = await TestStore.CreateAsync();
        var posted = await RandomBooks.PostAsync(store, seed);

        var accounts = await AllAsync(store, new AccountFilter());

        Assert.Equal(RandomBooks.Sum(posted).Where(sum => sum.Value != 0).OrderBy(sum => sum.Key), NotZero(accounts).OrderBy(sum => sum.Key));
        Assert.Empty(await store.BrokenAsync());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Accounts_AsOfAnyMoment_AreTheSumsUpToThere(int seed)
    {
        await using var store = await TestStore.CreateAsync();
        var posted = await RandomBooks.PostAsync(store, seed);

        foreach (var moment in posted.Select(entry => entry.EffectiveAt).Where((_, at) => at % 12 == 0).Append(Books.Start.AddYears(-1)))
        {
            var accounts = await AllAsync(store, new AccountFilter(AsOf: moment));
            Assert.Equal(RandomBooks.Sum(posted, moment).Where(sum => sum.Value != 0).OrderBy(sum => sum.Key), NotZero(accounts).OrderBy(sum => sum.Key));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task TrialBalance_NowAndAsOf_Balances(int seed)
    {
        await using var store = await TestStore.CreateAsync();
        var posted = await RandomBooks.PostAsync(store, seed);
        var queries = new LedgerQueries(store.Dialect);

        var now = await queries.TrialBalanceAsync(null, CancellationToken.None);
        var then = await queries.TrialBalanceAsync(posted[posted.Count / 2].EffectiveAt, CancellationToken.None);

        Assert.True(now.IsBalanced && then.IsBalanced);
        Assert.Equal(-RandomBooks.Sum(posted).Where(sum => sum.Key.Account.EndsWith(":payable", StringComparison.Ordinal) && sum.Key.Currency == "USD").Sum(sum => sum.Value),
            -now.Lines.Single(line => line.Account == "seller:*:payable" && line.Balance.Currency.Code == "USD").Balance.Minor);
    }

    [Fact]
    public async Task TrialBalance_OfDamagedBooks_SaysSo()
    {
        await using var store = await PlantedBooks.CreateAsync();
        await store.CorruptAsync("UPDATE postings SET amount = amount + 1 WHERE account = 'psp:fees'");

        var balance = await new LedgerQueries(store.Dialect).TrialBalanceAsync(null, CancellationToken.None);

        Assert.False(balance.IsBalanced);
    }

    [Fact]
    public async Task Accounts_ByPrefixAndCurrency_AreThatBranchOnly()
    {
        await using var store = await PlantedBooks.CreateAsync();

        var branch = await AllAsync(store, new AccountFilter("seller:", Currency.Of("USD")));

        Assert.Equal(["seller:seller-1:payable", "seller:seller-2:payable"], branch.Select(account => account.Account.Code));
    }

    [Fact]
    public async Task Snapshot_WithoutNewEntries_WritesNothing()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var snapshots = new AccountSnapshots(store.Dialect, store.Lane);

        Assert.True(await snapshots.SnapshotAsync(CancellationToken.None) > 0);
        Assert.Equal(0, await snapshots.SnapshotAsync(CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Wallets_AfterRandomEntries_AreTheSumsOfTheirPostings(int seed)
    {
        await using var store = await TestStore.CreateAsync();
        for (var n = 0; n < 4; n++)
        {
            var seller = Books.Seller("seller-" + n);
            await store.RunAsync(unit => new WalletService().EnsureSeller(unit, seller));
        }
        var posted = await RandomBooks.PostAsync(store, seed);

        var sellers = await new WalletQueries(store.Dialect, store.Time).ListAsync(null, 10, CancellationToken.None);

        var wallets = sellers.Items.SelectMany(seller => seller.Balances.Select(wallet => (Account.SellerPayable(seller.Seller.Account).Code, wallet.Payable.Currency.Code, -wallet.Payable.Minor)));
        var sums = RandomBooks.Sum(posted).Where(sum => sum.Key.Account.StartsWith("seller:", StringComparison.Ordinal)).Select(sum => (sum.Key.Account, sum.Key.Currency, sum.Value));
        Assert.Equal(sums.Order(), wallets.Order());
    }

    private static async Task<List<AccountBalance>> AllAsync(TestStore store, AccountFilter filter)
    {
        var queries = new LedgerQueries(store.Dialect);
        var accounts = new List<AccountBalance>();
        string? after = null;
        do
        {
            var page = await queries.AccountsAsync(filter, after, 5, CancellationToken.None);
            accounts.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return accounts;
    }

    private static Dictionary<(string, string), long> NotZero(List<AccountBalance> accounts) =>
        accounts.Where(account => !account.Balance.IsZero).ToDictionary(account => (account.Account.Code, account.Balance.Currency.Code), account => account.Balance.Minor);
}
