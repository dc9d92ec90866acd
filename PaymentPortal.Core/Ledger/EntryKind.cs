namespace PaymentPortal.Core.Ledger;

/// <summary>What happened. Together with its source it names the cause of an entry, and one cause is booked once. Stored as text: never rename a word.</summary>
public enum EntryKind
{
    /// <summary>A paid order. Source: the order.</summary>
    PayIn,

    /// <summary>The PSP's fee for a payment. Source: the balance transaction.</summary>
    PspFee,

    /// <summary>Money that can't be placed: a late success, a wrong amount, a second paid session. Source: the session.</summary>
    Suspense,

    /// <summary>Suspense taken over as the pay-in of an order. Source: the order.</summary>
    SuspenseAccepted,

    /// <summary>Written by hand, by two people. Source: the proposal.</summary>
    Manual,

    /// <summary>A refund was asked for: its money is set aside. Source: our refund.</summary>
    RefundAsked,

    /// <summary>The PSP took a refund's money. Source: the PSP's refund.</summary>
    RefundAccepted,

    /// <summary>A refund came back from the bank: the buyer is still owed. Source: the PSP's refund.</summary>
    RefundFailed,

    /// <summary>An owed refund was paid another way. Source: our refund.</summary>
    OwedPaid,

    /// <summary>The PSP withdrew a disputed amount and its fee. Source: the balance transaction.</summary>
    DisputeWithdrawn,

    /// <summary>The sellers' shares of a dispute are held back. Source: our dispute.</summary>
    DisputeHeld,

    /// <summary>The PSP gave a disputed amount back. Source: the balance transaction.</summary>
    DisputeReinstated,

    /// <summary>The sellers' shares of a won dispute are theirs again. Source: our dispute.</summary>
    DisputeReleased,

    /// <summary>A dispute was lost: somebody bears it. Source: our dispute.</summary>
    DisputeLost,

    /// <summary>A person decided that the other side bears a lost dispute. Source: our dispute.</summary>
    DisputeShifted,

    /// <summary>A payout asked for: the seller's money is kept back. Source: our payout.</summary>
    PayoutHold,

    /// <summary>What was kept back for a payout is the seller's again. Source: our payout.</summary>
    PayoutRelease,

    /// <summary>Moved to the seller's account at the PSP. Source: the PSP's transfer.</summary>
    PayoutTransfer,

    /// <summary>Taken back from there. Source: the PSP's reversal of the transfer.</summary>
    PayoutTransferBack,

    /// <summary>Arrived at the seller's bank. Source: the PSP's payout.</summary>
    PayoutPaid,

    /// <summary>Our own money left the PSP for our bank. Source: the PSP's payout.</summary>
    OwnPayoutSent,

    /// <summary>It arrived there. Source: the PSP's payout.</summary>
    OwnPayoutPaid,

    /// <summary>Our books follow the PSP's, or what is missing is written off. Source: the mismatch.</summary>
    Adjustment,

    /// <summary>The exact opposite of an earlier entry. Source: that entry.</summary>
    Reversal,
}
