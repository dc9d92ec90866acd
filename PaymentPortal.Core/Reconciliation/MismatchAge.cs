namespace PaymentPortal.Core.Reconciliation;

/// <summary>How old a mismatch is, counted from what it is about: the ageing buckets of the field, in days.</summary>
public enum MismatchAge
{
    UpToOne,
    TwoToThree,
    FourToSeven,
    EightAndMore,
}

/// <summary>The bounds of the ages.</summary>
public static class MismatchAges
{
    private static readonly int[] FirstDay = [0, 2, 4, 8];

    public static MismatchAge Of(TimeSpan age) => (MismatchAge)Array.FindLastIndex(FirstDay, first => first == 0 || age >= TimeSpan.FromDays(first));

    /// <summary>Of that age is what happened after the first moment and not after the second; null is without end.</summary>
    public static (DateTimeOffset? After, DateTimeOffset? Until) Span(MismatchAge age, DateTimeOffset now) =>
        (age == MismatchAge.EightAndMore ? null : now - TimeSpan.FromDays(FirstDay[(int)age + 1]), age == MismatchAge.UpToOne ? null : now - TimeSpan.FromDays(FirstDay[(int)age]));
}
