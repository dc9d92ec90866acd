using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Api;

/// <summary>The body of POST /api/v1/checkouts.</summary>
public sealed record CreateCheckoutBody(
    string? BuyerAccount,
    string? BuyerName,
    string? BuyerEmail,
    string? Currency,
    string? SuccessUrl,
    string? CancelUrl,
    string? Reference,
    IReadOnlyList<CreateOrderBody?>? Orders)
{
    public CheckoutRequest ToRequest() => new(
        BuyerAccount, BuyerName, BuyerEmail, Currency, SuccessUrl, CancelUrl, Reference,
        Orders?.Select(order => order is null ? null : new OrderRequest(order.SellerAccount, order.Amount, order.Description)).ToList());
}

/// <summary>One order in it.</summary>
public sealed record CreateOrderBody(string? SellerAccount, string? Amount, string? Description);

/// <summary>A checkout on the wire. Amounts are decimal text in the currency's own exponent.</summary>
public sealed record CheckoutBody(
    string CheckoutId,
    string Status,
    string Amount,
    string Currency,
    string BuyerAccount,
    string? Reference,
    string CheckoutUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<OrderBody> Orders)
{
    public static CheckoutBody Of(CheckoutView view) => new(
        view.Id.Value, view.Status.Word(), view.Total.ToString(), view.Total.Currency.Code, view.BuyerAccount, view.Reference, view.CheckoutUrl, view.CreatedAt, view.ExpiresAt,
        [.. view.Orders.Select(order => new OrderBody(
            order.Id.Value, view.Id.Value, order.Seller.Value, order.Amount.ToString(), order.PlatformFee.ToString(), order.Amount.Currency.Code, order.Status.Word(), order.LedgerUpdated, order.WalletUpdated, order.Description))]);
}

/// <summary>A payment order on the wire.</summary>
public sealed record OrderBody(
    string PaymentOrderId,
    string CheckoutId,
    string SellerAccount,
    string Amount,
    string PlatformFee,
    string Currency,
    string PaymentOrderStatus,
    bool LedgerUpdated,
    bool WalletUpdated,
    string? Description);

/// <summary>A page of a list.</summary>
public sealed record ListBody<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>How answers are written.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static IResult Ok<T>(T body) => Results.Json(body, Options);
}
