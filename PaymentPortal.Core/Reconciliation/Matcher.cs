using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>What differs. Stored as text: never rename a word.</summary>
public enum MismatchKind
{
    /// <summary>The PSP moved money that our books know nothing of.</summary>
    MissingOurs,

    /// <summary>Our books have a movement that the PSP should have told of by now.</summary>
    MissingPsp,
    Amount,
    Currency,
    Fee,

    /// <summary>The same money with another outcome.</summary>
    Status,

    /// <summary>The PSP tells of one movement twice.</summary>
    Duplicate,

    /// <summary>It came in the file of another period.</summary>
    Timing,

    /// <summary>A kind of movement that nobody has taught us.</summary>
    Unknown,
}

/// <summary>What one side says of a movement: what it brought (below zero: took) before its fee, and the fee.</summary>
internal sealed record MoneySide(string Currency, long Gross, long Fee)
{
    public long Net => Gross - Fee;
}

/// <summary>A fact of ours that a line may be about. <paramref name="IsPaired"/> when another line that counts is paired with it.</summary>
/// <param name="IsUndone">Its movement was taken back in our books.</param>
internal sealed record OurFact(string Fact, MoneySide Side, string? CheckoutId, bool IsPaired, bool IsUndone);

/// <summary>A line with all that is known about it. <see cref="Same"/> is the line that counts for the same movement already.</summary>
/// <param name="Ours">The fact that the line's category names.</param>
/// <param name="Other">Where there is none: a fact of another outcome about the same object.</param>
internal sealed record LineCase(SettlementFields Line, SettlementFields? Same, string? SameFile, OurFact? Ours, OurFact? Other);

/// <summary>What became of a line. <see cref="Kind"/> is null when nothing differs.</summary>
internal sealed record LineVerdict(LineBucket Bucket, MismatchKind? Kind, OurFact? Paired);

/// <summary>Decides about one line: exact, in one order of rules, and pure. What differs in more than one way is named by the first.</summary>
internal static class Matcher
{
    /// <param name="fileId">The line's own file.</param>
    /// <param name="periodFrom">Where the period of the line's file begins; null when it was not ordered for one.</param>
    public static LineVerdict Judge(LineCase found, string fileId, DateTimeOffset? periodFrom)
    {
        var line = found.Line;
        if (found.Same is { } same) return found.SameFile != fileId && SaysTheSame(same, line) ? new(LineBucket.Known, null, null) : new(LineBucket.Duplicate, MismatchKind.Duplicate, null);
        if (found.Ours is { IsPaired: true }) return new(LineBucket.Duplicate, MismatchKind.Duplicate, null);
        if (found.Ours is { } ours) return Compare(line, ours, periodFrom);
        if (found.Other is { } other) return new(LineBucket.Differing, MismatchKind.Status, other.IsPaired ? null : other);
        return new(LineBucket.MissingOurs, Facts.Categories.Contains(line.Category) ? MismatchKind.MissingOurs : MismatchKind.Unknown, null);
    }

    private static LineVerdict Compare(SettlementFields line, OurFact ours, DateTimeOffset? periodFrom)
    {
        var kind = line.Currency != ours.Side.Currency ? MismatchKind.Currency
            : line.Gross != ours.Side.Gross ? MismatchKind.Amount
            : line.Fee != ours.Side.Fee ? MismatchKind.Fee
            : line is { Category: Facts.Payout, Status: "failed" or "canceled" } && !ours.IsUndone ? MismatchKind.Status
            : (MismatchKind?)null;
        if (kind is not null) return new(LineBucket.Differing, kind, ours);
        return new(LineBucket.Matched, line.CreatedAt < periodFrom?.ToMicroseconds() ? MismatchKind.Timing : null, ours);
    }

    private static bool SaysTheSame(SettlementFields one, SettlementFields other) =>
        (one.Category, one.SourceId, one.Currency, one.Gross, one.Fee, one.Status) == (other.Category, other.SourceId, other.Currency, other.Gross, other.Fee, other.Status);
}
