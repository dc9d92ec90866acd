using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments;

/// <summary>A checkout as its creator sees it.</summary>
public sealed record CheckoutView(
    CheckoutId Id,
    PaymentOrderStatus Status,
    Money Total,
    string BuyerAccount,
    string? Reference,
    string CheckoutUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<OrderView> Orders);

/// <summary>One order of it.</summary>
public sealed record OrderView(
    PaymentOrderId Id,
    SellerAccount Seller,
    Money Amount,
    Money PlatformFee,
    PaymentOrderStatus Status,
    bool LedgerUpdated,
    bool WalletUpdated,
    string? Description);
