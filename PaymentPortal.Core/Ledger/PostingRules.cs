using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>One order's part of a payment: the buyer paid <paramref name="Amount"/>, of which <paramref name="Fee"/> is the platform's.</summary>
public sealed record OrderShare(PaymentOrderId OrderId, SellerAccount Seller, Money Amount, Money Fee);

/// <summary>What the PSP's balance transaction says of a movement: its id, when it happened and from when the money may be used.</summary>
public sealed record PspMovement(string TransactionId, DateTimeOffset EffectiveAt, DateTimeOffset? AvailableOn = null);

/// <summary>
/// Which accounts move when something happens, a method per line of the posting table. Pure: the same facts always give the same entry.
/// </summary>
public static class PostingRules
{
    /// <summary>psp:clearing A → payable A−F, platform:fees F. One entry per order, so that each order is booked once whatever happens to its neighbours.</summary>
    public static JournalEntry PayIn(CheckoutId checkout, OrderShare order, PspMovement movement) =>
        new(EntryKind.PayIn, order.OrderId.Value, movement.EffectiveAt, [Posting.Debit(Account.PspClearing, order.Amount), .. Shares(order)])
        {
            CheckoutId = checkout,
            AvailableOn = movement.AvailableOn,
        };

    /// <summary>psp:fees → psp:clearing, once per balance transaction. Null when the PSP took nothing: an entry of zero can't exist.</summary>
    public static JournalEntry? PspFee(CheckoutId checkout, Money fee, PspMovement movement)
    {
        if (fee.IsZero) return null;
        return new JournalEntry(EntryKind.PspFee, movement.TransactionId, movement.EffectiveAt, [Posting.Debit(Account.PspFees, fee), Posting.Credit(Account.PspClearing, fee)])
        {
            CheckoutId = checkout,
        };
    }

    /// <summary>psp:clearing → suspense: the PSP's own total of a paid session that our orders can't take.</summary>
    public static JournalEntry Suspense(CheckoutId? checkout, string sessionId, Money total, PspMovement movement, string why) =>
        new(EntryKind.Suspense, sessionId, movement.EffectiveAt, [Posting.Debit(Account.PspClearing, total), Posting.Credit(Account.Suspense, total)])
        {
            CheckoutId = checkout,
            AvailableOn = movement.AvailableOn,
            Memo = why,
        };

    /// <summary>
    /// suspense A → payable A−F, platform:fees F, an entry per order. The entry happens when a person accepts, but the money stays
    /// unavailable for as long as the PSP said of the payment itself.
    /// </summary>
    public static IReadOnlyList<JournalEntry> SuspenseAccepted(CheckoutId checkout, IReadOnlyList<OrderShare> orders, DateTimeOffset acceptedAt, DateTimeOffset? availableOn) =>
        [.. orders.Select(order =>
            new JournalEntry(EntryKind.SuspenseAccepted, order.OrderId.Value, acceptedAt, [Posting.Debit(Account.Suspense, order.Amount), .. Shares(order)])
            {
                CheckoutId = checkout,
                AvailableOn = availableOn,
            })];

    /// <summary>The exact opposite of an entry. A reversal can't be reversed: post the right entry anew instead.</summary>
    public static JournalEntry Reversal(PostedEntry posted, DateTimeOffset effectiveAt, string why)
    {
        if (posted.Entry.Kind == EntryKind.Reversal) throw new InvalidOperationException($"{posted.Id} is a reversal and can't be reversed itself.");
        return new JournalEntry(EntryKind.Reversal, posted.Id.Value, effectiveAt, [.. posted.Entry.Postings.Select(posting => new Posting(posting.Account, -posting.Amount))])
        {
            CheckoutId = posted.Entry.CheckoutId,
            Reverses = posted.Id,
            Memo = why,
        };
    }

    private static IEnumerable<Posting> Shares(OrderShare order)
    {
        if (order.Fee.Minor < 0 || order.Fee > order.Amount)
            throw new ArgumentException($"The fee of order {order.OrderId} must lie between 0 and its amount.", nameof(order));
        var payable = order.Amount - order.Fee;
        if (!payable.IsZero) yield return Posting.Credit(Account.SellerPayable(order.Seller), payable);
        if (!order.Fee.IsZero) yield return Posting.Credit(Account.PlatformFees, order.Fee);
    }
}
