using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// An entry ready to be posted. It can't be built unless it has two postings or more and balances in each currency, so nothing
/// downstream needs to check that again.
/// </summary>
public sealed class JournalEntry
{
    private const int MaxSourceLength = 200;
    private const int MaxMemoLength = 500;

    public JournalEntry(EntryKind kind, string sourceId, DateTimeOffset effectiveAt, IReadOnlyList<Posting> postings)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceId);
        if (sourceId.Length > MaxSourceLength) throw new ArgumentException("The id of the source is too long to be one.", nameof(sourceId));
        if (postings.Count < 2) throw new ArgumentException($"{kind} of {sourceId} has fewer than two postings.", nameof(postings));
        foreach (var (currency, sum) in Sums(postings))
        {
            if (sum != 0) throw new ArgumentException($"{kind} of {sourceId} does not balance: {currency} is off by {sum} minor units.", nameof(postings));
        }
        // A copy: whoever keeps the list could unbalance the entry later.
        (Kind, SourceId, Postings) = (kind, sourceId, [.. postings]);
        // The store keeps microseconds; a finer moment would give another MAC when it is read back.
        EffectiveAt = Instants.FromMicroseconds(effectiveAt.ToMicroseconds());
    }

    public EntryKind Kind { get; }

    /// <summary>The id of the cause; unique together with <see cref="Kind"/>.</summary>
    public string SourceId { get; }

    /// <summary>When it happened at the PSP or bank; its UTC day is the entry's day.</summary>
    public DateTimeOffset EffectiveAt { get; }

    public IReadOnlyList<Posting> Postings { get; }

    /// <summary>From when the PSP lets us use the money; only on pay-ins.</summary>
    public DateTimeOffset? AvailableOn
    {
        get;
        init => field = value is { } moment ? Instants.FromMicroseconds(moment.ToMicroseconds()) : null;
    }

    public string Memo
    {
        get;
        init => field = value.Length <= MaxMemoLength ? value : throw new ArgumentException("The memo is too long.", nameof(value));
    } = "";

    /// <summary>The payment event it belongs to, where there is one.</summary>
    public CheckoutId? CheckoutId { get; init; }

    /// <summary>Set on reversals only: the entry that this one undoes.</summary>
    public JournalEntryId? Reverses { get; init; }

    private static Dictionary<Currency, Int128> Sums(IReadOnlyList<Posting> postings)
    {
        var sums = new Dictionary<Currency, Int128>();
        foreach (var posting in postings) sums[posting.Amount.Currency] = sums.GetValueOrDefault(posting.Amount.Currency) + posting.Amount.Minor;
        return sums;
    }
}
