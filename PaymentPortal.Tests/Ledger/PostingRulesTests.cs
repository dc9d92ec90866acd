using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>The posting table line by line, for any amount and fee.</summary>
public sealed class PostingRulesTests
{
    private static readonly CheckoutId Checkout = new("chk_1");

    /// <summary>An amount from 1 to the PSP's maximum with a fee from nothing to all of it, the edges often.</summary>
    private static readonly Arbitrary<(long Amount, long Fee, string Currency)> Amounts = Arb.From(
        from amount in Gen.OneOf(Gen.Choose(1, 3), Gen.Choose(1, (int)Currency.PspMaximum))
        from fee in Gen.OneOf(Gen.Constant(0), Gen.Constant(amount), Gen.Choose(0, amount))
        from currency in Gen.Elements("USD", "JPY", "KWD", "EUR")
        select ((long)amount, (long)fee, currency));

    [Fact]
    public void PayIn_AnyAmountAndFee_MovesTheWholeAmountAndNothingElse() =>
        Prop.ForAll(Amounts, facts =>
        {
            var entry = PostingRules.PayIn(Checkout, Share(facts), Books.Movement("txn_1"));
            Assert.Equal(facts.Amount, On(entry, Account.PspClearing));
            Assert.Equal(facts.Fee - facts.Amount, On(entry, Account.SellerPayable(Books.Seller())));
            Assert.Equal(-facts.Fee, On(entry, Account.PlatformFees));
            Assert.Equal(0, entry.Postings.Sum(posting => posting.Amount.Minor));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void SuspenseThenAccepted_AnyOrders_LeaveSuspenseEmptyAndLookLikePayIns() =>
        Prop.ForAll(Amounts, Amounts, (first, second) =>
        {
            second = second with { Currency = first.Currency };
            OrderShare[] orders = [Share(first, "ord_1"), Share(second, "ord_2")];
            var suspense = PostingRules.Suspense(Checkout, "cs_1", orders[0].Amount + orders[1].Amount, Books.Movement("txn_1"), "late");
            var accepted = PostingRules.SuspenseAccepted(Checkout, orders, Books.Start, null);
            var payIns = orders.Select(order => PostingRules.PayIn(Checkout, order, Books.Movement("txn_1")));
            Assert.Equal(0, accepted.Append(suspense).Sum(entry => On(entry, Account.Suspense)));
            Assert.Equal(RandomBooks.Sum(payIns).OrderBy(sum => sum.Key), RandomBooks.Sum([.. accepted, suspense]).Where(sum => sum.Value != 0).OrderBy(sum => sum.Key));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reversal_OfAnyPayIn_LeavesNothing() =>
        Prop.ForAll(Amounts, facts =>
        {
            var posted = new PostedEntry(new JournalEntryId("jrn_1"), Books.Start, PostingRules.PayIn(Checkout, Share(facts), Books.Movement("txn_1")));
            var reversal = PostingRules.Reversal(posted, Books.Start, "mistake");
            Assert.All(RandomBooks.Sum([posted.Entry, reversal]), sum => Assert.Equal(0, sum.Value));
            Assert.Equal((posted.Id, Checkout), (reversal.Reverses, reversal.CheckoutId));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PspFee_AnyFee_IsAnExpenseOutOfClearing() =>
        Prop.ForAll(Amounts, facts =>
        {
            var entry = PostingRules.PspFee(Checkout, Share(facts).Amount, Books.Movement("txn_1"))!;
            Assert.Equal((facts.Amount, -facts.Amount), (On(entry, Account.PspFees), On(entry, Account.PspClearing)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PspFee_OfNothing_IsNoEntry() => Assert.Null(PostingRules.PspFee(Checkout, Books.Usd(0), Books.Movement("txn_1")));

    [Theory]
    [InlineData(100, 101)]
    [InlineData(100, -1)]
    public void PayIn_FeeOutsideTheAmount_Throws(long amount, long fee) =>
        Assert.Throws<ArgumentException>(() => PostingRules.PayIn(Checkout, Books.Share("ord_1", amount, fee), Books.Movement("txn_1")));

    [Fact]
    public void Reversal_OfAReversal_Throws()
    {
        var posted = new PostedEntry(new JournalEntryId("jrn_1"), Books.Start, Books.PayIn("ord_1", 100, 0));
        var reversal = new PostedEntry(new JournalEntryId("jrn_2"), Books.Start, PostingRules.Reversal(posted, Books.Start, "mistake"));

        Assert.Throws<InvalidOperationException>(() => PostingRules.Reversal(reversal, Books.Start, "again"));
    }

    [Fact]
    public void Sources_OfEachRule_AreTheCauseThatBooksOnce()
    {
        Assert.Equal((EntryKind.PayIn, "ord_1"), Cause(Books.PayIn("ord_1", 100, 0)));
        Assert.Equal((EntryKind.PspFee, "txn_1"), Cause(PostingRules.PspFee(Checkout, Books.Usd(1), Books.Movement("txn_1"))!));
        Assert.Equal((EntryKind.Suspense, "cs_1"), Cause(PostingRules.Suspense(null, "cs_1", Books.Usd(1), Books.Movement("txn_1"), "")));
        Assert.Equal((EntryKind.SuspenseAccepted, "ord_1"), Cause(PostingRules.SuspenseAccepted(Checkout, [Books.Share("ord_1", 100, 0)], Books.Start, null)[0]));
    }

    private static (EntryKind, string) Cause(JournalEntry entry) => (entry.Kind, entry.SourceId);

    private static OrderShare Share((long Amount, long Fee, string Currency) facts, string order = "ord_1") => Books.Share(order, facts.Amount, facts.Fee, currency: facts.Currency);

    private static long On(JournalEntry entry, Account account) => entry.Postings.Where(posting => posting.Account == account).Sum(posting => posting.Amount.Minor);
}
