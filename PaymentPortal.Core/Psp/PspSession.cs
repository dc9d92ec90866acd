using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp;

public enum SessionStatus
{
    Open,
    Complete,
    Expired,
}

public enum SessionPayment
{
    Unpaid,
    Paid,
    NoPaymentRequired,
}

/// <summary>
/// A hosted payment page as the PSP shows it at one moment. It decides about the payment; a charge never does.
/// <see cref="Charge"/> is the newest charge of its intent and only there when the session was fetched singly.
/// </summary>
public sealed record PspSession(
    string Id,
    SessionStatus Status,
    SessionPayment Payment,
    string? Url,
    Money Total,
    string? IntentId,
    string? PspKey,
    string? Attempt,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    PspCharge? Charge,
    string? IntentStatus,
    string? IntentFailure,
    bool IsAsyncFailed,
    bool IsLive);

/// <summary>One try of a card. A failed one stays listed at the PSP, which is where our count of declines comes from.</summary>
public sealed record PspCharge(
    string Id,
    string? IntentId,
    bool IsPaid,
    string Status,
    Money Amount,
    string? FailureCode,
    string? DeclineCode,
    string? FailureMessage,
    string? CardBrand,
    string? CardLast4,
    DateTimeOffset CreatedAt,
    PspBalanceTransaction? BalanceTransaction);

/// <summary>A line of the PSP's own ledger; net is gross less fee, in the currency the PSP settles in.</summary>
public sealed record PspBalanceTransaction(string Id, Money Gross, Money Fee, Money Net, DateTimeOffset CreatedAt, DateTimeOffset AvailableOn);

/// <summary>What the PSP holds for us, per currency that we know.</summary>
public sealed record PspBalance(IReadOnlyList<Money> Available, IReadOnlyList<Money> Pending);

/// <summary>
/// A notice that something changed. It only says which object to fetch: its content never decides. <see cref="Attempt"/> and
/// <see cref="IntentId"/> help to find the payment of an object that we have not seen before.
/// </summary>
public sealed record PspEvent(
    string Id,
    string Type,
    string ObjectKind,
    string? ObjectId,
    string? Attempt,
    string? IntentId,
    string? Account,
    bool IsLive,
    DateTimeOffset CreatedAt);
