using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp;

/// <summary>A POST as it will be sent: path and exact encoded body. Stored before the first send, and a repeat sends these very bytes.</summary>
public sealed record PspRequest(string Path, string Body)
{
    /// <summary>The connected account that it is about; null for the platform's own. Part of the request: the same bytes elsewhere would be another.</summary>
    public string? Account { get; init; }

    /// <summary>The body may name a buyer; it is for the sealed store and the wire, not for logs.</summary>
    public override string ToString() => $"POST {Path}";
}

/// <summary>What the buyer's page lists: one line per payment order.</summary>
public sealed record SessionLine(string Name, string? Description, Money Amount);

/// <summary>
/// All that a hosted payment page is made from. <paramref name="PspKey"/> is the one that the key rule gave; it travels in the metadata too,
/// so that a look-up can tell our object from any other.
/// </summary>
public sealed record NewSession(
    CheckoutId Checkout,
    AttemptId Attempt,
    string PspKey,
    Currency Currency,
    IReadOnlyList<SessionLine> Lines,
    string SuccessUrl,
    string CancelUrl,
    string? CustomerEmail,
    string? Reference)
{
    public override string ToString() => $"session of {Attempt}";
}
