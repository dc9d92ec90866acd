using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Api;

/// <summary>/api/v1/payment-orders</summary>
public static class PaymentOrdersApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/payment-orders", ListAsync).WithMetadata(new RequiredScope(ApiScopes.PaymentsRead)).Produces<ListBody<OrderBody>>().WithName("listPaymentOrders");

    public static async Task<IResult> ListAsync(
        CheckoutQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? seller_account = null, string? checkout_id = null)
    {
        var paging = Paging.Read<PaymentOrderId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        var page = await queries.ListOrdersAsync(paging.Value.After, paging.Value.Limit, seller_account, checkout_id, cancellationToken);
        return ApiJson.Ok(new ListBody<OrderBody>([.. page.Items.Select(Body)], page.Next));
    }

    private static OrderBody Body(PaymentOrder order)
    {
        var currency = Currency.Of(order.Currency);
        return new OrderBody(
            order.PaymentOrderId, order.CheckoutId, order.SellerAccount, new Money(order.Amount, currency).ToString(), new Money(order.PlatformFee, currency).ToString(),
            order.Currency, order.PaymentOrderStatus.Word(), order.LedgerUpdated, order.WalletUpdated, order.Description);
    }
}
