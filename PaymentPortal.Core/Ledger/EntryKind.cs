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

    /// <summary>The exact opposite of an earlier entry. Source: that entry.</summary>
    Reversal,
}
