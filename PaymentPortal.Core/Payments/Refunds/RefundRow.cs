using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>A refund as a unit reads it.</summary>
internal sealed record RefundRow(
    RefundId Id, RefundSource Source, RefundStatus Status, CheckoutId Checkout, PaymentOrderId? Order, SellerAccount? Seller, string SessionId, string IntentId, string ChargeId,
    string? FinanceTaskId, Money Amount, Money Fee, string Reason, string MadeBy, string? PspId, long RowVersion, long HistoryVersion)
{
    private const string Select = """
        SELECT refund_id, source, status, checkout_id, payment_order_id, seller_account, session_id, intent_id, charge_id, finance_task_id, amount, platform_fee, currency, reason, made_by,
            psp_refund_id, row_version, history_version FROM refunds
        """;

    public RefundShare Share => new(Id, Checkout, Source, Seller, Amount, Fee);

    public static RefundRow? Find(UnitOfWork unit, RefundId id) => unit.QueryFirst(Select + " WHERE refund_id = $1", Read, id.Value);

    public static RefundRow? FindByPspId(UnitOfWork unit, string pspId) => unit.QueryFirst(Select + " WHERE psp_refund_id = $1", Read, pspId);

    /// <summary>The refunds of one charge that the PSP knows.</summary>
    public static List<RefundId> OfCharge(UnitOfWork unit, string chargeId) =>
        unit.Query("SELECT refund_id FROM refunds WHERE charge_id = $1 AND psp_refund_id IS NOT NULL ORDER BY refund_id", row => new RefundId(row.GetString(0)), chargeId);

    private static RefundRow Read(DbDataReader row)
    {
        var currency = Currency.Of(row.GetString(12));
        return new RefundRow(
            new RefundId(row.GetString(0)), Enum.Parse<RefundSource>(row.GetString(1)), RefundWords.Parse(row.GetString(2)), new CheckoutId(row.GetString(3)),
            row.TextOrNull(4) is { } order ? new PaymentOrderId(order) : null, row.TextOrNull(5) is { } seller ? SellerAccount.Of(seller) : null,
            row.GetString(6), row.GetString(7), row.GetString(8), row.TextOrNull(9),
            new Money(row.GetInt64(10), currency), new Money(row.GetInt64(11), currency), row.GetString(13), row.GetString(14), row.TextOrNull(15), row.GetInt64(16), row.GetInt64(17));
    }
}
