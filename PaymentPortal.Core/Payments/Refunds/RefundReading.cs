using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Reads a refund as it stands in the unit that has just written it, for the stored answer.</summary>
internal static class RefundReading
{
    private const string Columns = """
        refund_id, source, status, checkout_id, payment_order_id, seller_account, session_id, intent_id, charge_id, finance_task_id, amount, platform_fee, currency, reason, made_by, approval_id,
        psp_refund_id, failure_reason, created_at, updated_at
        """;

    public static Refund Of(UnitOfWork unit, RefundId id) =>
        unit.QueryFirst($"SELECT {Columns} FROM refunds WHERE refund_id = $1", Read, id.Value) ?? throw new InvalidOperationException($"There is no refund {id}.");

    private static Refund Read(DbDataReader row) => new()
    {
        RefundId = row.GetString(0),
        Source = Enum.Parse<RefundSource>(row.GetString(1)),
        Status = RefundWords.Parse(row.GetString(2)),
        CheckoutId = row.GetString(3),
        PaymentOrderId = row.TextOrNull(4),
        SellerAccount = row.TextOrNull(5),
        SessionId = row.GetString(6),
        IntentId = row.GetString(7),
        ChargeId = row.GetString(8),
        FinanceTaskId = row.TextOrNull(9),
        Amount = row.GetInt64(10),
        PlatformFee = row.GetInt64(11),
        Currency = row.GetString(12),
        Reason = row.GetString(13),
        MadeBy = row.GetString(14),
        ApprovalId = row.TextOrNull(15),
        PspRefundId = row.TextOrNull(16),
        FailureReason = row.TextOrNull(17),
        CreatedAt = Instants.FromMicroseconds(row.GetInt64(18)),
        UpdatedAt = Instants.FromMicroseconds(row.GetInt64(19)),
    };
}
