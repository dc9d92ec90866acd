using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

public sealed class EntryQueriesTests
{
    [Fact]
    public async Task List_PageByPage_GivesEveryEntryOnceNewestFirst()
    {
        await using var store = await PlantedBooks.CreateAsync();

        var sequences = (await AllAsync(store, new EntryFilter())).Select(entry => entry.Sequence);

        Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(n => (long)n), sequences);
    }

    [Fact]
    public async Task List_ByAccount_GivesAnEntryWithTwoLinesThereOnce()
    {
        await using var store = await TestStore.CreateAsync();
        var (usd, jpy) = (Books.Usd(100), new Money(5, Currency.Of("JPY")));
        await store.RunAsync(unit => new Journal(store.Chain).Post(unit, new JournalEntry(EntryKind.Suspense, "cs_1", Books.Start,
        [
            Posting.Debit(Account.PspClearing, usd), Posting.Credit(Account.Suspense, usd), Posting.Debit(Account.PspClearing, jpy), Posting.Credit(Account.Suspense, jpy),
        ])));

        var entries = await AllAsync(store, new EntryFilter(Account.PspClearing));

        Assert.Equal(4, Assert.Single(entries).Postings.Count);
        Assert.Single(await AllAsync(store, new EntryFilter(Account.PspClearing, Currency.Of("JPY"))));
    }

    [Theory]
    [InlineData("psp:clearing", null, new long[] { 10, 9, 8, 7, 5, 4, 3, 2, 1 })]
    [InlineData("psp:clearing", "JPY", new long[] { 10, 9, 8 })]
    [InlineData("seller:seller-1:payable", null, new long[] { 7, 3, 2, 1 })]
    [InlineData(null, "JPY", new long[] { 10, 9, 8 })]
    [InlineData("bank:main", null, new long[0])]
    public async Task List_ByAccountAndCurrency_GivesTheirEntries(string? account, string? currency, long[] expected)
    {
        await using var store = await PlantedBooks.CreateAsync();

        var entries = await AllAsync(store, new EntryFilter(account is null ? null : Account.Of(account), currency is null ? null : Currency.Of(currency)));

        Assert.Equal(expected, entries.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task List_ByKindAndTime_GivesTheirEntries()
    {
        await using var store = await PlantedBooks.CreateAsync();

        Assert.Equal([6L], (await AllAsync(store, new EntryFilter(Kind: EntryKind.SuspenseAccepted))).Select(entry => entry.Sequence));
        Assert.Equal([7L, 6L], (await AllAsync(store, new EntryFilter(From: Books.Start.AddHours(3)))).Select(entry => entry.Sequence));
        Assert.Equal([6L], (await AllAsync(store, new EntryFilter(From: Books.Start.AddHours(3), Until: Books.Start.AddHours(4)))).Select(entry => entry.Sequence));
        Assert.Equal([6L, 5L], (await AllAsync(store, new EntryFilter(CheckoutId: new CheckoutId("chk_2")))).Select(entry => entry.Sequence));
    }

    [Theory]
    [InlineData(null, new long[] { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData("seller:seller-1:payable", new long[] { 7, 3, 2, 1 })]
    public async Task Slices_ForwardsAndBackwards_WalkTheSameEntriesOnce(string? account, long[] expected)
    {
        await using var store = await PlantedBooks.CreateAsync();
        var (queries, filter) = (new EntryQueries(store.Dialect), new EntryFilter(account is null ? null : Account.Of(account)));
        var (forwards, backwards) = (new List<long>(), new List<long>());
        for (var place = PagePlace.First; place is not null;)
        {
            var page = await queries.SliceAsync(filter, place, 3, CancellationToken.None);
            forwards.AddRange(page.Rows.Select(entry => entry.Sequence));
            place = page.Next is null ? null : new PagePlace(After: page.Next);
        }
        for (var place = new PagePlace(IsLast: true); place is not null;)
        {
            var page = await queries.SliceAsync(filter, place, 3, CancellationToken.None);
            backwards.InsertRange(0, page.Rows.Select(entry => entry.Sequence));
            place = page.Previous is null ? null : new PagePlace(Before: page.Previous);
        }

        Assert.Equal(expected, forwards);
        Assert.Equal(expected, backwards);
        Assert.Equal(expected.Length, await queries.CountAsync(filter, 100, CancellationToken.None));
        Assert.Equal(2, await queries.CountAsync(filter, 2, CancellationToken.None));
    }

    [Fact]
    public async Task Find_ReversedEntry_NamesItsReversal()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var queries = new EntryQueries(store.Dialect);
        var reversal = (await AllAsync(store, new EntryFilter(Kind: EntryKind.Reversal))).Single();

        var reversed = await queries.FindAsync(reversal.Reverses!.Value, CancellationToken.None);

        Assert.Equal(reversal.Id, reversed!.ReversedBy);
        Assert.Equal(reversed.Postings.Select(posting => -posting.Amount), reversal.Postings.Select(posting => posting.Amount));
        Assert.Null(await queries.FindAsync(new JournalEntryId("jrn_none"), CancellationToken.None));
    }

    [Fact]
    public async Task OfCheckout_GivesItsEntriesInOrderOfBooking()
    {
        await using var store = await PlantedBooks.CreateAsync();

        var entries = await new EntryQueries(store.Dialect).OfCheckoutAsync(new CheckoutId("chk_2"), CancellationToken.None);

        Assert.Equal([EntryKind.Suspense, EntryKind.SuspenseAccepted], entries.Select(entry => entry.Kind));
    }

    private static async Task<List<EntryView>> AllAsync(TestStore store, EntryFilter filter)
    {
        var queries = new EntryQueries(store.Dialect);
        var entries = new List<EntryView>();
        string? after = null;
        do
        {
            var page = await queries.ListAsync(filter, after, 3, CancellationToken.None);
            entries.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return entries;
    }
}
