namespace PaymentPortal.Core.Integrity;

public enum InvariantState
{
    Holds,
    Broken,

    /// <summary>Something that it needs (the PSP, a quiet store) was not there.</summary>
    NotChecked,
}

/// <summary>One invariant's outcome. Findings say what is wrong, or why it was not checked.</summary>
public sealed record InvariantLine(string Code, string Rule, InvariantState State, IReadOnlyList<string> Findings, TimeSpan Took);

/// <summary>A whole run over one snapshot, for the verb <c>verify</c> and the Integrity page.</summary>
public sealed record IntegrityReport(DateTimeOffset StartedAt, TimeSpan Took, IReadOnlyList<InvariantLine> Lines)
{
    /// <summary>True when nothing was found to be broken; what was not checked does not count as broken.</summary>
    public bool IsSound => Lines.All(line => line.State != InvariantState.Broken);
}
