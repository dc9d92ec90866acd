using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>A payout as a unit reads it.</summary>
internal sealed record PayoutRow(
    PayoutId Id,
    SellerAccount? Seller,
    string? PspAccount,
    Money Amount,
    PayoutStatus Status,
    int BankVersion,
    string? BankLast4,
    int Round,
    string? TransferId,
    string? PspPayoutId,
    bool IsTakingBack,
    bool IsCancelRequested,
    bool IsCancelAsked,
    DateTimeOffset? PaidAt,
    string RequestedBy,
    long RowVersion,
    long HistoryVersion)
{
    private const string Select = """
        SELECT payout_id, seller_account, psp_account, amount, currency, status, bank_version, bank_last4, round, transfer_id, psp_payout_id, is_taking_back, cancel_requested_at, is_cancel_asked, paid_at,
            requested_by, row_version, history_version FROM payouts
        """;

    /// <summary>The names of the steps that come anew in each round stand in their keys.</summary>
    public string PayoutStep => PayoutSteps.InRound(PayoutSteps.CreatePayout, Round);

    public string CancelStep => PayoutSteps.InRound(PayoutSteps.CancelPayout, Round);

    public static PayoutRow? Find(UnitOfWork unit, PayoutId id) => unit.QueryFirst(Select + " WHERE payout_id = $1", Read, id.Value);

    public static PayoutRow Of(UnitOfWork unit, PayoutId id) => Find(unit, id) ?? throw new InvalidOperationException($"There is no payout {id}.");

    /// <summary>The payout whose newest object at the PSP is this one.</summary>
    public static PayoutRow? FindByPspId(UnitOfWork unit, string pspPayoutId) => unit.QueryFirst(
        Select + " WHERE payout_id = (SELECT s.payout_id FROM payout_sends s WHERE s.psp_payout_id = $1)", Read, pspPayoutId);

    private static PayoutRow Read(DbDataReader row) => new(
        new PayoutId(row.GetString(0)),
        row.TextOrNull(1) is { } seller ? SellerAccount.Of(seller) : null,
        row.TextOrNull(2),
        new Money(row.GetInt64(3), Currency.Of(row.GetString(4))),
        PayoutStatuses.Parse(row.GetString(5)),
        row.GetInt32(6),
        row.TextOrNull(7),
        row.GetInt32(8),
        row.TextOrNull(9),
        row.TextOrNull(10),
        row.GetBoolean(11),
        !row.IsDBNull(12),
        row.GetBoolean(13),
        row.MomentOrNull(14),
        row.GetString(15),
        row.GetInt64(16),
        row.GetInt64(17));
}
