using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>The answer of a posting: the entry's id, and whether this call booked it or an earlier one had.</summary>
public readonly record struct PostResult(JournalEntryId EntryId, bool IsNew);

/// <summary>An entry as it stands in the journal.</summary>
public sealed record PostedEntry(JournalEntryId Id, DateTimeOffset PostedAt, JournalEntry Entry);
