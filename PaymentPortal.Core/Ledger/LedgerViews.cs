using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>An account in one currency and its balance: above zero is a debit balance, below zero a credit balance.</summary>
public sealed record AccountBalance(Account Account, Money Balance);

/// <summary>Which accounts to list. <paramref name="Prefix"/> is the beginning of a code, so "seller:" or "psp:" is a branch of the tree.</summary>
public sealed record AccountFilter(string? Prefix = null, Currency? Currency = null, DateTimeOffset? AsOf = null);

/// <summary>One line of the trial balance; the accounts that exist per seller are one line together, written with a star.</summary>
public sealed record TrialBalanceLine(string Account, AccountKind Kind, Money Balance);

/// <summary>The sums of both sides in one currency. They are equal or the books are broken.</summary>
public sealed record TrialBalanceTotal(Money Debits, Money Credits)
{
    public bool IsBalanced => Debits == Credits;
}

public sealed record TrialBalance(DateTimeOffset? AsOf, IReadOnlyList<TrialBalanceLine> Lines, IReadOnlyList<TrialBalanceTotal> Totals)
{
    public bool IsBalanced => Totals.All(total => total.IsBalanced);
}

/// <summary>Which entries to list; dates are UTC moments of <c>effective_at</c>, from inclusive and until exclusive.</summary>
public sealed record EntryFilter(Account? Account = null, Currency? Currency = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, EntryKind? Kind = null, CheckoutId? CheckoutId = null);

/// <summary>An entry with its lines, as people and the API see it.</summary>
public sealed record EntryView(
    JournalEntryId Id,
    long Sequence,
    EntryKind Kind,
    string SourceId,
    CheckoutId? CheckoutId,
    DateTimeOffset PostedAt,
    DateTimeOffset EffectiveAt,
    DateTimeOffset? AvailableOn,
    string Memo,
    JournalEntryId? Reverses,
    JournalEntryId? ReversedBy,
    IReadOnlyList<Posting> Postings)
{
    /// <summary>When it happened, where that day was closed before it was booked.</summary>
    public DateTimeOffset? HappenedAt { get; init; }
}
