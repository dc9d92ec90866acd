using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Pages.Payments;

/// <summary>What each kind of journal entry is called.</summary>
public static class EntryWords
{
    /// <summary>The same at the start of a line.</summary>
    public static string Title(EntryKind kind) => char.ToUpperInvariant(Of(kind)[0]) + Of(kind)[1..];

    public static string Of(EntryKind kind) => kind switch
    {
        EntryKind.PayIn => "pay-in",
        EntryKind.PspFee => "PSP fee",
        EntryKind.Suspense => "to suspense",
        EntryKind.SuspenseAccepted => "out of suspense",
        EntryKind.Manual => "manual entry",
        EntryKind.RefundAsked => "refund set aside",
        EntryKind.RefundAccepted => "refund",
        EntryKind.RefundFailed => "refund came back",
        EntryKind.OwedPaid => "owed refund paid",
        EntryKind.DisputeWithdrawn => "dispute withdrawn",
        EntryKind.DisputeHeld => "held for a dispute",
        EntryKind.DisputeReinstated => "dispute given back",
        EntryKind.DisputeReleased => "released after a dispute",
        EntryKind.DisputeLost => "dispute lost",
        EntryKind.DisputeShifted => "lost dispute shifted",
        EntryKind.PayoutHold => "held for a payout",
        EntryKind.PayoutRelease => "payout given back",
        EntryKind.PayoutTransfer => "transfer to the seller's PSP account",
        EntryKind.PayoutTransferBack => "transfer taken back",
        EntryKind.PayoutPaid => "payout",
        EntryKind.OwnPayoutSent => "our own payout sent",
        EntryKind.OwnPayoutPaid => "our own payout arrived",
        EntryKind.Adjustment => "adjustment to the PSP's settlement",
        EntryKind.Reversal => "reversal",
    };
}
