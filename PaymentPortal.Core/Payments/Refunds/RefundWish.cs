using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>A refund that was checked and is about to be asked for.</summary>
internal sealed record RefundWish(
    RefundSource Source, CheckoutId Checkout, string SessionId, string IntentId, string ChargeId, Money Amount, Money Fee, string Reason,
    PaymentOrderId? Order = null, SellerAccount? Seller = null, string? FinanceTaskId = null)
{
    public static RefundWish Of(RefundTarget target, Money amount, string reason) => new(
        RefundSource.Order, target.Checkout, target.SessionId!, target.IntentId!, target.ChargeId!, amount, RefundRounding.Fee(target.Amount, target.Fee, target.Before, amount), reason, target.Order, target.Seller);

    public RefundShare Share(RefundId id) => new(id, Checkout, Source, Seller, Amount, Fee);
}

/// <summary>What a refund would do: the entries in the order in which they would be booked, and the seller's wallet before and after.</summary>
public sealed record RefundPreview(Money Amount, Money Fee, Money Left, IReadOnlyList<JournalEntry> Entries, Money? PayableBefore, Money? PayableAfter);
