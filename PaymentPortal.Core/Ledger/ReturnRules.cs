using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>Where the money of a refund comes from.</summary>
public enum RefundSource
{
    /// <summary>A paid order: its seller and the platform give back their shares.</summary>
    Order,

    /// <summary>Money in suspense.</summary>
    Suspense,

    /// <summary>An owed refund that is sent again.</summary>
    Owed,

    /// <summary>A charge that was never booked, because the PSP settled it otherwise than it charged it: its refund is not booked either.</summary>
    Unbooked,
}

/// <summary>What a refund takes from whom; <paramref name="Fee"/> is the platform's part of the amount.</summary>
public sealed record RefundShare(RefundId RefundId, CheckoutId Checkout, RefundSource Source, SellerAccount? Seller, Money Amount, Money Fee)
{
    /// <summary>The seller's part.</summary>
    public Money FromSeller => Amount - Fee;
}

/// <summary>One order's part of a dispute.</summary>
public sealed record DisputeShare(PaymentOrderId OrderId, SellerAccount Seller, Money Amount);

/// <summary>The posting table's lines of refunds and disputes. Pure, as <see cref="PostingRules"/>.</summary>
public static class ReturnRules
{
    /// <summary>payable (A−F share), platform:fees (F share) → refunds:open; suspense → refunds:open. Null where nothing is set aside: an owed refund is owed already.</summary>
    public static JournalEntry? RefundAsked(RefundShare refund, DateTimeOffset at)
    {
        if (refund.Source is RefundSource.Owed or RefundSource.Unbooked) return null;
        return new JournalEntry(EntryKind.RefundAsked, refund.RefundId.Value, at, [.. From(refund), Posting.Credit(Account.RefundsOpen, refund.Amount)]) { CheckoutId = refund.Checkout };
    }

    /// <summary>refunds:open → psp:clearing, or refunds:owed → psp:clearing when an owed one was sent again.</summary>
    public static JournalEntry? RefundAccepted(RefundShare refund, string pspRefundId, DateTimeOffset at) => refund.Source switch
    {
        RefundSource.Unbooked => null,
        RefundSource.Owed => ToPsp(Account.RefundsOwed, refund, pspRefundId, at),
        _ => ToPsp(Account.RefundsOpen, refund, pspRefundId, at),
    };

    /// <summary>psp:clearing → refunds:owed.</summary>
    public static JournalEntry? RefundFailed(RefundShare refund, string pspRefundId, DateTimeOffset at) => refund.Source == RefundSource.Unbooked ? null
        : new JournalEntry(EntryKind.RefundFailed, pspRefundId, at, [Posting.Debit(Account.PspClearing, refund.Amount), Posting.Credit(Account.RefundsOwed, refund.Amount)]) { CheckoutId = refund.Checkout };

    /// <summary>refunds:owed → bank:main.</summary>
    public static JournalEntry OwedPaid(RefundShare refund, DateTimeOffset at, string memo) =>
        new(EntryKind.OwedPaid, refund.RefundId.Value, at, [Posting.Debit(Account.RefundsOwed, refund.Amount), Posting.Credit(Account.BankMain, refund.Amount)]) { CheckoutId = refund.Checkout, Memo = memo };

    /// <summary>disputes:open D, psp:fees f → psp:clearing D+f.</summary>
    public static JournalEntry DisputeWithdrawn(CheckoutId checkout, Money amount, Money fee, PspMovement movement) =>
        new(EntryKind.DisputeWithdrawn, movement.TransactionId, movement.EffectiveAt,
            [Posting.Debit(Account.DisputesOpen, amount), .. fee.IsZero ? Array.Empty<Posting>() : [Posting.Debit(Account.PspFees, fee)], Posting.Credit(Account.PspClearing, amount + fee)])
        {
            CheckoutId = checkout,
        };

    /// <summary>payable → held, per seller.</summary>
    public static JournalEntry DisputeHeld(DisputeId dispute, CheckoutId checkout, IReadOnlyList<DisputeShare> shares, DateTimeOffset at) =>
        new(EntryKind.DisputeHeld, dispute.Value, at, PerShare(shares, Account.SellerPayable, Account.SellerHeld)) { CheckoutId = checkout };

    /// <summary>psp:clearing D → disputes:open D; the fee stays with the PSP.</summary>
    public static JournalEntry DisputeReinstated(CheckoutId checkout, Money amount, PspMovement movement) =>
        new(EntryKind.DisputeReinstated, movement.TransactionId, movement.EffectiveAt, [Posting.Debit(Account.PspClearing, amount), Posting.Credit(Account.DisputesOpen, amount)]) { CheckoutId = checkout };

    /// <summary>held → payable, per seller.</summary>
    public static JournalEntry DisputeReleased(DisputeId dispute, CheckoutId checkout, IReadOnlyList<DisputeShare> shares, DateTimeOffset at) =>
        new(EntryKind.DisputeReleased, dispute.Value, at, PerShare(shares, Account.SellerHeld, Account.SellerPayable)) { CheckoutId = checkout };

    /// <summary>The sellers bear it: held → disputes:open. The platform bears it: disputes:lost → disputes:open and held → payable.</summary>
    public static JournalEntry DisputeLost(DisputeId dispute, CheckoutId checkout, Money amount, IReadOnlyList<DisputeShare> shares, bool isPlatformsLoss, DateTimeOffset at)
    {
        IEnumerable<Posting> debits = isPlatformsLoss
            ? [Posting.Debit(Account.DisputesLost, amount), .. PerShare(shares, Account.SellerHeld, Account.SellerPayable)]
            : shares.Select(share => Posting.Debit(Account.SellerHeld(share.Seller), share.Amount));
        return new JournalEntry(EntryKind.DisputeLost, dispute.Value, at, [.. debits, Posting.Credit(Account.DisputesOpen, amount)]) { CheckoutId = checkout };
    }

    /// <summary>The disputed money was still in suspense: suspense → disputes:open.</summary>
    public static JournalEntry SuspenseLost(DisputeId dispute, CheckoutId checkout, Money amount, DateTimeOffset at) =>
        new(EntryKind.DisputeLost, dispute.Value, at, [Posting.Debit(Account.Suspense, amount), Posting.Credit(Account.DisputesOpen, amount)]) { CheckoutId = checkout };

    /// <summary>A lost dispute goes to the other side afterwards: disputes:lost → payable, or payable → disputes:lost.</summary>
    public static JournalEntry DisputeShifted(DisputeId dispute, CheckoutId checkout, Money amount, IReadOnlyList<DisputeShare> shares, bool toPlatform, DateTimeOffset at, string why)
    {
        IReadOnlyList<Posting> lines = toPlatform
            ? [Posting.Debit(Account.DisputesLost, amount), .. shares.Select(share => Posting.Credit(Account.SellerPayable(share.Seller), share.Amount))]
            : [.. shares.Select(share => Posting.Debit(Account.SellerPayable(share.Seller), share.Amount)), Posting.Credit(Account.DisputesLost, amount)];
        return new JournalEntry(EntryKind.DisputeShifted, dispute.Value, at, lines) { CheckoutId = checkout, Memo = why };
    }

    private static JournalEntry ToPsp(Account from, RefundShare refund, string pspRefundId, DateTimeOffset at) =>
        new(EntryKind.RefundAccepted, pspRefundId, at, [Posting.Debit(from, refund.Amount), Posting.Credit(Account.PspClearing, refund.Amount)]) { CheckoutId = refund.Checkout };

    private static IEnumerable<Posting> From(RefundShare refund)
    {
        if (refund.Source == RefundSource.Suspense)
        {
            yield return Posting.Debit(Account.Suspense, refund.Amount);
            yield break;
        }
        if (refund.Fee.Minor < 0 || refund.Fee > refund.Amount) throw new ArgumentException($"The platform's part of {refund.RefundId} must lie between 0 and its amount.", nameof(refund));
        if (!refund.FromSeller.IsZero) yield return Posting.Debit(Account.SellerPayable(refund.Seller!.Value), refund.FromSeller);
        if (!refund.Fee.IsZero) yield return Posting.Debit(Account.PlatformFees, refund.Fee);
    }

    private static List<Posting> PerShare(IReadOnlyList<DisputeShare> shares, Func<SellerAccount, Account> from, Func<SellerAccount, Account> to) =>
        [.. shares.SelectMany(share => new[] { Posting.Debit(from(share.Seller), share.Amount), Posting.Credit(to(share.Seller), share.Amount) })];
}
