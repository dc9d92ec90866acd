using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>The posting table's lines of paying out, a method each. Pure, like <see cref="PostingRules"/>.</summary>
public static class PayoutPostings
{
    /// <summary>payable → held: what a payout asks for can't be spent twice.</summary>
    public static JournalEntry Hold(PayoutId payout, SellerAccount seller, Money amount, DateTimeOffset at) =>
        Of(EntryKind.PayoutHold, payout.Value, at, amount, Account.SellerPayable(seller), Account.SellerHeld(seller));

    /// <summary>held → payable, once: its source is the payout, which ends once.</summary>
    public static JournalEntry Release(PayoutId payout, SellerAccount seller, Money amount, DateTimeOffset at, string why) =>
        Of(EntryKind.PayoutRelease, payout.Value, at, amount, Account.SellerHeld(seller), Account.SellerPayable(seller), why);

    /// <summary>psp:connected → psp:clearing.</summary>
    public static JournalEntry Transfer(string transferId, SellerAccount seller, Money amount, DateTimeOffset at) =>
        Of(EntryKind.PayoutTransfer, transferId, at, amount, Account.PspConnected(seller), Account.PspClearing);

    /// <summary>psp:clearing → psp:connected.</summary>
    public static JournalEntry TransferBack(string reversalId, SellerAccount seller, Money amount, DateTimeOffset at) =>
        Of(EntryKind.PayoutTransferBack, reversalId, at, amount, Account.PspClearing, Account.PspConnected(seller));

    /// <summary>held → psp:connected: the seller has his money.</summary>
    public static JournalEntry Paid(string pspPayoutId, SellerAccount seller, Money amount, DateTimeOffset at) =>
        Of(EntryKind.PayoutPaid, pspPayoutId, at, amount, Account.SellerHeld(seller), Account.PspConnected(seller));

    /// <summary>psp:in_transit → psp:clearing.</summary>
    public static JournalEntry OwnSent(string pspPayoutId, Money amount, DateTimeOffset at) =>
        Of(EntryKind.OwnPayoutSent, pspPayoutId, at, amount, Account.PspInTransit, Account.PspClearing);

    /// <summary>bank:main → psp:in_transit.</summary>
    public static JournalEntry OwnPaid(string pspPayoutId, Money amount, DateTimeOffset at) =>
        Of(EntryKind.OwnPayoutPaid, pspPayoutId, at, amount, Account.BankMain, Account.PspInTransit);

    private static JournalEntry Of(EntryKind kind, string source, DateTimeOffset at, Money amount, Account debit, Account credit, string memo = "") =>
        new(kind, source, at, [Posting.Debit(debit, amount), Posting.Credit(credit, amount)]) { Memo = memo };
}
