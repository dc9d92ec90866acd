using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payouts;

/// <summary>A payout for callers and pages.</summary>
public sealed record PayoutView(
    PayoutId Id,
    SellerAccount? Seller,
    Money Amount,
    PayoutStatus Status,
    string? BankLast4,
    string? TransferId,
    string? PspPayoutId,
    bool IsTakingBack,
    bool IsCancelRequested,
    bool IsWaitingForBalance,
    string? FailureCode,
    string? FailureMessage,
    string? Reason,
    string RequestedBy,
    DateTimeOffset? ArrivesAt,
    DateTimeOffset? PaidAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Round,
    string? WaitsForApproval,
    string? ApprovedBy);
