namespace PaymentPortal.Core.Storage;

/// <summary>What the health page and the bench show of a lane.</summary>
public sealed record LaneFigures(long Units, long Commits, long Refused, int Waiting, bool IsFull);
