using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>A line as its MAC sees it.</summary>
internal readonly record struct PostingFields(long Line, string Account, string Currency, long Amount, long Seq, long? AvailableOn);

/// <summary>
/// The raw stored values of an entry and its lines, in the order in which its MAC covers them: writer and verifier share it, so they can't
/// drift apart. Raw, because a verifier must also read what no longer parses.
/// </summary>
internal sealed record EntryFields(
    string EntryId, string Kind, string SourceId, string? CheckoutId, long PostedAt, long EffectiveAt, long? HappenedAt, long? AvailableOn, string Memo, string? Reverses,
    IReadOnlyList<PostingFields> Postings)
{
    public static EntryFields Of(JournalEntryId id, long seq, DateTimeOffset postedAt, JournalEntry entry, EntryPlace place)
    {
        var available = entry.AvailableOn?.ToMicroseconds();
        var lines = entry.Postings.Select((posting, index) => new PostingFields(
            index + 1, posting.Account.Code, posting.Amount.Currency.Code, posting.Amount.Minor, seq, posting.Account.IsSellerPayable && posting.Amount.Minor < 0 ? available : null));
        return new EntryFields(
            id.Value, entry.Kind.ToString(), entry.SourceId, entry.CheckoutId?.Value, postedAt.ToMicroseconds(), place.EffectiveAt, place.HappenedAt, available, entry.Memo, entry.Reverses?.Value, [.. lines]);
    }

    public void AddTo(RowMac mac)
    {
        mac.Add(EntryId).Add(Kind).Add(SourceId).Add(CheckoutId).Add(PostedAt).Add(EffectiveAt).Add(HappenedAt).Add(AvailableOn).Add(Memo).Add(Reverses).Add(Postings.Count);
        foreach (var line in Postings) mac.Add(line.Line).Add(line.Account).Add(line.Currency).Add(line.Amount).Add(line.Seq).Add(line.AvailableOn);
    }
}
