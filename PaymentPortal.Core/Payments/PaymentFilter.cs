using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Returns;

namespace PaymentPortal.Core.Payments;

/// <summary>How a list of payments is ordered. Amounts only sort within one currency.</summary>
public enum PaymentSort
{
    NewestFirst,
    OldestFirst,
    LargestFirst,
    SmallestFirst,
}

/// <summary>What may have come of a payment after it was made.</summary>
public enum PaymentSequel
{
    Refund,
    Dispute,
}

/// <summary>Which payments a list shows. What is not set does not filter; what is set holds together.</summary>
public sealed record PaymentFilter
{
    public static readonly PaymentFilter None = new();

    public bool IsEmpty =>
        States.Count == 0 && Created.IsOpen && Currency is null && BuyerAccount is null && Seller is null && Reference is null && Has.Count == 0 && string.IsNullOrEmpty(Search);

    public IReadOnlyList<PaymentState> States { get; init; } = [];

    public MomentRange Created { get; init; }

    public Currency? Currency { get; init; }

    /// <summary>Inclusive bounds in minor units; they need <see cref="Currency"/>.</summary>
    public long? AtLeast { get; init; }

    public long? AtMost { get; init; }

    public string? BuyerAccount { get; init; }

    public string? Seller { get; init; }

    public string? Reference { get; init; }

    /// <summary>Any of these, however it ended.</summary>
    public IReadOnlyList<PaymentSequel> Has { get; init; } = [];

    /// <summary>An id of any kind, an e-mail address, the last four digits of a card, an amount, a reference or a buyer: see <see cref="PaymentSearch"/>.</summary>
    public string? Search { get; init; }
}

/// <summary>A payment in a list.</summary>
/// <param name="Customer">The customer's e-mail masked, or his account when no e-mail is known.</param>
/// <param name="FailureCode">The newest decline's code, as <c>PspErrorCatalogue</c> knows it.</param>
public sealed record PaymentListRow(
    CheckoutId Id,
    Money Total,
    PaymentState State,
    string BuyerAccount,
    string? Customer,
    string? CardBrand,
    string? CardLast4,
    string? Reference,
    int Attempts,
    int Declines,
    string? FailureCode,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>How much of its money goes back, or is disputed.</summary>
    public PaymentReturn Return { get; init; }
}
