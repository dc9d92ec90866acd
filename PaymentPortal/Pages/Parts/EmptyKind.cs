namespace PaymentPortal.Pages.Parts;

/// <summary>Why there is nothing to show: each wants another sentence and another next step.</summary>
public enum EmptyKind
{
    NothingYet,
    NoMatch,
    NotAllowed,
    GoodNews,
}
