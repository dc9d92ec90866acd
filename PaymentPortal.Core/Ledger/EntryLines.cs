using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>Postings as people are shown them before they are booked.</summary>
public static class EntryLines
{
    /// <param name="postings">Of one entry.</param>
    /// <param name="when">When it is booked, where that is not at once.</param>
    public static IReadOnlyList<ApprovalLine> Of(IEnumerable<Posting> postings, string? when = null) => [.. postings.Select(posting => new ApprovalLine(posting.Account.Code, posting.Amount, when))];
}
