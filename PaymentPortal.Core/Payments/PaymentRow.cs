using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>A payment event as a unit reads it.</summary>
internal sealed record PaymentRow(
    CheckoutId Id,
    PaymentOrderStatus Status,
    Money Total,
    DateTimeOffset CreatedAt,
    DateTimeOffset EndsAt,
    bool IsCancelRequested,
    int Declines,
    int DeclineCap,
    long RowVersion,
    long HistoryVersion)
{
    private const string Select = "SELECT checkout_id, status, currency, amount, created_at, ends_at, cancel_requested_at, declines, decline_cap, row_version, history_version FROM payment_events";

    /// <summary>Why the checkout should be over, the strongest reason first: a person's wish, then the cap, then time.</summary>
    public MoveCause? WantedEnd(DateTimeOffset now)
    {
        if (IsCancelRequested) return MoveCause.Canceled;
        if (Declines >= DeclineCap) return MoveCause.TooManyDeclines;
        return EndsAt <= now ? MoveCause.CheckoutEnded : null;
    }

    public static PaymentRow? Find(UnitOfWork unit, CheckoutId id) => unit.QueryFirst(Select + " WHERE checkout_id = $1", Read, id.Value);

    public static PaymentRow? FindByLink(UnitOfWork unit, string linkKey) => unit.QueryFirst(Select + " WHERE link_key = $1", Read, linkKey);

    /// <summary>The kinds of its money that waits for finance; empty when none does.</summary>
    public List<FinanceTaskKind> HeldForFinance(UnitOfWork unit) =>
        unit.Query("SELECT kind FROM finance_tasks WHERE checkout_id = $1 AND state = 'Open'", row => Enum.Parse<FinanceTaskKind>(row.GetString(0)), Id.Value);

    private static PaymentRow Read(DbDataReader row) => new(
        new CheckoutId(row.GetString(0)),
        StatusWords.Parse(row.GetString(1)),
        new Money(row.GetInt64(3), Currency.Of(row.GetString(2))),
        Instants.FromMicroseconds(row.GetInt64(4)),
        Instants.FromMicroseconds(row.GetInt64(5)),
        !row.IsDBNull(6),
        row.GetInt32(7),
        row.GetInt32(8),
        row.GetInt64(9),
        row.GetInt64(10));
}

/// <summary>An attempt as a unit reads it.</summary>
internal sealed record AttemptRow(AttemptId Id, CheckoutId Checkout, AttemptState State, string? PspToken, string? PspUrl, DateTimeOffset StartedAt)
{
    private const string Select = "SELECT attempt_id, checkout_id, state, psp_token, psp_url, started_at FROM attempts";

    public bool IsOpen => State == AttemptState.Open;

    public static AttemptRow? Find(UnitOfWork unit, AttemptId id) => unit.QueryFirst(Select + " WHERE attempt_id = $1", Read, id.Value);

    public static AttemptRow? FindByToken(UnitOfWork unit, string token) => unit.QueryFirst(Select + " WHERE psp_token = $1", Read, token);

    public static AttemptRow? FindOpen(UnitOfWork unit, CheckoutId checkout) => unit.QueryFirst(Select + " WHERE checkout_id = $1 AND state = 'Open'", Read, checkout.Value);

    /// <summary>Ends an open attempt; its session may live on at the PSP only when it is <see cref="AttemptState.Abandoned"/>.</summary>
    public static void End(UnitOfWork unit, AttemptId id, AttemptState state) =>
        unit.Execute("UPDATE attempts SET state = $2, ended_at = $3, psp_url = NULL WHERE attempt_id = $1", id.Value, state, unit.Now);

    private static AttemptRow Read(DbDataReader row) => new(
        new AttemptId(row.GetString(0)),
        new CheckoutId(row.GetString(1)),
        Enum.Parse<AttemptState>(row.GetString(2)),
        row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        Instants.FromMicroseconds(row.GetInt64(5)));
}
