using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>The entries that settle mismatches: psp:clearing follows what the PSP says, in each currency. Pure.</summary>
internal static class MismatchPostings
{
    /// <summary>Empty when no money differs.</summary>
    public static IReadOnlyList<Posting> Lines(Mismatch mismatch, MismatchEntry how)
    {
        if (mismatch.Kind is MismatchKind.Duplicate or MismatchKind.Timing) return [];
        var moves = new Dictionary<string, long>(StringComparer.Ordinal);
        if (mismatch.TheirCurrency is { } theirs) moves[theirs] = mismatch.TheirGross!.Value - mismatch.TheirFee!.Value;
        if (mismatch.OurCurrency is { } ours) moves[ours] = moves.GetValueOrDefault(ours) - (mismatch.OurGross!.Value - mismatch.OurFee!.Value);
        var other = how == MismatchEntry.WriteOff ? Account.AdjustmentsWriteOff : IsFee(mismatch) ? Account.PspFees : Account.Suspense;
        return [.. moves.Where(move => move.Value != 0).OrderBy(move => move.Key, StringComparer.Ordinal).SelectMany(move => Pair(new Money(move.Value, Currency.Of(move.Key)), other))];
    }

    public static JournalEntry Entry(Mismatch mismatch, MismatchEntry how, DateTimeOffset at, string why) =>
        new(EntryKind.Adjustment, mismatch.MismatchId, at, Lines(mismatch, how)) { Memo = why, CheckoutId = mismatch.CheckoutId is { } checkout ? new CheckoutId(checkout) : null };

    private static bool IsFee(Mismatch mismatch) => mismatch.Kind == MismatchKind.Fee || mismatch.Category == Facts.Fee;

    private static Posting[] Pair(Money clearing, Account other) => [new Posting(Account.PspClearing, clearing), new Posting(other, -clearing)];
}
