using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Tests.Support;

/// <summary>Entries for tests that care about few of their facts.</summary>
internal static class Books
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public static Money Usd(long minor) => new(minor, Currency.Of("USD"));

    public static SellerAccount Seller(string name = "seller-1") => SellerAccount.Of(name);

    public static PspMovement Movement(string transaction, DateTimeOffset? effectiveAt = null, DateTimeOffset? availableOn = null) =>
        new(transaction, effectiveAt ?? Start, availableOn ?? (effectiveAt ?? Start).AddDays(2));

    public static OrderShare Share(string order, long amount, long fee, string seller = "seller-1", string currency = "USD") =>
        new(new PaymentOrderId(order), Seller(seller), new Money(amount, Currency.Of(currency)), new Money(fee, Currency.Of(currency)));

    public static JournalEntry PayIn(string order, long amount, long fee, string seller = "seller-1", string currency = "USD", DateTimeOffset? at = null) =>
        PostingRules.PayIn(new CheckoutId("chk_" + order), Share(order, amount, fee, seller, currency), Movement("txn_" + order, at));
}
