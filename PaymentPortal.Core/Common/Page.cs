namespace PaymentPortal.Core.Common;

/// <summary>A page of a list and the cursor of the next one; null when this is the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
