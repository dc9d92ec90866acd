using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments;

/// <summary>A checkout as a caller asked for it, every value still text.</summary>
public sealed record CheckoutRequest(
    string? BuyerAccount,
    string? BuyerName,
    string? BuyerEmail,
    string? Currency,
    string? SuccessUrl,
    string? CancelUrl,
    string? Reference,
    IReadOnlyList<OrderRequest?>? Orders);

/// <summary>One seller's line as asked for.</summary>
public sealed record OrderRequest(string? SellerAccount, string? Amount, string? Description);

/// <summary>A checkout that passed every rule: only <see cref="CheckoutRules"/> makes one.</summary>
public sealed record NewCheckout(
    string BuyerAccount,
    string? BuyerName,
    string? BuyerEmail,
    Money Total,
    string? SuccessUrl,
    string? CancelUrl,
    string? Reference,
    IReadOnlyList<NewOrder> Orders);

/// <summary>One seller's line that passed.</summary>
public sealed record NewOrder(SellerAccount Seller, Money Amount, string? Description);
