using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>An unbalanced entry can't be built, whatever is tried.</summary>
public sealed class JournalEntryTests
{
    [Fact]
    public void Entry_OfAnyPostings_ExistsOnlyWhenEachCurrencySumsToZero() =>
        Prop.ForAll(Arb.From(
            from amount in Gen.Choose(-4, 4).Where(minor => minor != 0)
            from currency in Gen.Elements("USD", "JPY")
            select new Posting(Account.PspClearing, new Money(amount, Currency.Of(currency)))).Array(), postings =>
        {
            var balances = postings.Length >= 2 && postings.GroupBy(posting => posting.Amount.Currency).All(currency => currency.Sum(posting => posting.Amount.Minor) == 0);
            Assert.Equal(balances, Record.Exception(() => Build(postings)) is null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Entry_BalancedOnlyAcrossCurrencies_Throws() =>
        Assert.Throws<ArgumentException>(() => Build(Posting.Debit(Account.PspClearing, Books.Usd(100)), Posting.Credit(Account.Suspense, new Money(100, Currency.Of("JPY")))));

    [Fact]
    public void Entry_WithSumsBeyondALong_IsStillJudgedRightly()
    {
        var limit = Books.Usd(Money.Limit);
        var debits = Enumerable.Repeat(Posting.Debit(Account.PspClearing, limit), 20_000).ToArray();

        Assert.Throws<ArgumentException>(() => Build(debits));
    }

    [Fact]
    public void Entry_ListChangedAfterwards_DoesNotFollow()
    {
        var postings = new List<Posting> { Posting.Debit(Account.PspClearing, Books.Usd(100)), Posting.Credit(Account.Suspense, Books.Usd(100)) };
        var entry = new JournalEntry(EntryKind.Suspense, "cs_1", Books.Start, postings);

        postings.RemoveAt(0);

        Assert.Equal(2, entry.Postings.Count);
    }

    [Fact]
    public void Entry_FinerThanMicroseconds_IsCutToWhatTheStoreKeeps()
    {
        var entry = new JournalEntry(EntryKind.Suspense, "cs_1", Books.Start.AddTicks(7), [Posting.Debit(Account.PspClearing, Books.Usd(1)), Posting.Credit(Account.Suspense, Books.Usd(1))]);

        Assert.Equal(Books.Start, entry.EffectiveAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Money.Limit + 1)]
    [InlineData(-Money.Limit - 1)]
    public void Posting_OfZeroOrPastTheLimit_Throws(long minor) => Assert.Throws<ArgumentException>(() => new Posting(Account.PspClearing, Books.Usd(minor)));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void DebitAndCredit_NotAboveZero_Throw(long minor)
    {
        Assert.Throws<ArgumentException>(() => Posting.Debit(Account.PspClearing, Books.Usd(minor)));
        Assert.Throws<ArgumentException>(() => Posting.Credit(Account.PspClearing, Books.Usd(minor)));
    }

    private static JournalEntry Build(params Posting[] postings) => new(EntryKind.Suspense, "cs_1", Books.Start, postings);
}
