namespace PaymentPortal.Core.Integrity;

/// <summary>What the caller of a run vouches for: that nothing is under way, neither here nor at the PSP.</summary>
public sealed record VerifyScope(bool IsQuiet)
{
    public static readonly VerifyScope Busy = new(false);
}
