using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>A dispute as a unit reads it.</summary>
internal sealed record DisputeRow(
    DisputeId Id, string PspId, DisputeStatus Status, CheckoutId Checkout, string SessionId, string ChargeId, Money Amount, Money Fee, string Reason, bool IsWithdrawn, DisputeBearer Bearer, DateTimeOffset? DueBy,
    Sealed? Evidence, int EvidenceVersion, int StagedVersion, DateTimeOffset? SubmitRequestedAt, DateTimeOffset? SubmittedAt, DateTimeOffset? AcceptRequestedAt, long RowVersion, long HistoryVersion)
{
    private const string Select = """
        SELECT dispute_id, psp_dispute_id, status, checkout_id, session_id, charge_id, amount, fee, currency, reason, is_withdrawn, bearer, due_by, evidence, evidence_version, staged_version,
            submit_requested_at, submitted_at, accept_requested_at, row_version, history_version FROM disputes
        """;

    /// <summary>The PSP takes evidence and acceptance only now.</summary>
    public bool AwaitsResponse => Status is DisputeStatus.Inquiry or DisputeStatus.NeedsResponse && SubmittedAt is null;

    public static DisputeRow? Find(UnitOfWork unit, DisputeId id) => unit.QueryFirst(Select + " WHERE dispute_id = $1", Read, id.Value);

    public static DisputeRow? FindByPspId(UnitOfWork unit, string pspId) => unit.QueryFirst(Select + " WHERE psp_dispute_id = $1", Read, pspId);

    public List<DisputeShare> Shares(UnitOfWork unit) => unit.Query(
        "SELECT payment_order_id, seller_account, amount, currency FROM dispute_shares WHERE dispute_id = $1 ORDER BY payment_order_id",
        row => new DisputeShare(new PaymentOrderId(row.GetString(0)), SellerAccount.Of(row.GetString(1)), new Money(row.GetInt64(2), Currency.Of(row.GetString(3)))), Id.Value);

    private static DisputeRow Read(DbDataReader row)
    {
        var currency = Currency.Of(row.GetString(8));
        return new DisputeRow(
            new DisputeId(row.GetString(0)), row.GetString(1), DisputeWords.Parse(row.GetString(2)), new CheckoutId(row.GetString(3)), row.GetString(4), row.GetString(5),
            new Money(row.GetInt64(6), currency), new Money(row.GetInt64(7), currency), row.GetString(9), row.GetBoolean(10), Enum.Parse<DisputeBearer>(row.GetString(11)), row.MomentOrNull(12),
            row.IsDBNull(13) ? null : new Sealed((byte[])row[13]), row.GetInt32(14), row.GetInt32(15), row.MomentOrNull(16), row.MomentOrNull(17), row.MomentOrNull(18), row.GetInt64(19), row.GetInt64(20));
    }
}
