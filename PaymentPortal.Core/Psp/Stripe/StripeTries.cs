using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>The tries of our calls to the PSP, as they are kept, for the replay of a policy over them.</summary>
public sealed class StripeTries(SqlDialect dialect)
{
    /// <summary>A week with more failures than this is judged by the newest of them.</summary>
    private const int MostFailures = 20_000;

    /// <summary>Which calls are tries of an operation, as patterns of LIKE; what is tried without a call of its own is not among them.</summary>
    private static readonly Dictionary<string, (string Method, string Path)> Calls = new(StringComparer.Ordinal)
    {
        [RetryOperations.CreateSession] = ("POST", StripeRequests.Sessions),
        [RetryOperations.ExpireSession] = ("POST", StripeRequests.Sessions + "/%/expire"),
        [RetryOperations.LookUp] = ("GET", StripeRequests.Sessions + "/%"),
        [RetryOperations.CreateRefund] = ("POST", StripeReturnRequests.Refunds),
        [RetryOperations.AnswerDispute] = ("POST", StripeReturnRequests.Disputes + "/%"),
        [RetryOperations.Transfer] = ("POST", StripePayoutRequests.Transfers),
        [RetryOperations.ReverseTransfer] = ("POST", StripePayoutRequests.Transfers + "/%/reversals"),
        [RetryOperations.Payout] = ("POST", StripePayoutRequests.Payouts),
        [RetryOperations.CancelPayout] = ("POST", StripePayoutRequests.Payouts + "/%/cancel"),
        [RetryOperations.SellerAccount] = ("POST", StripePayoutRequests.Accounts + "%"),
    };

    public static bool Keeps(string operation) => Calls.ContainsKey(operation);

    /// <summary>Every piece of work of the operation that failed at least once since then, with all its tries since then.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<WorkTry>>> ReadAsync(string operation, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (method, path) = Calls[operation];
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            """
            SELECT e.item, e.started_at, e.verdict, e.http_status
            FROM (SELECT DISTINCT item FROM (SELECT item FROM psp_exchanges WHERE verdict <> 'Succeeded' AND exchange_id >= $1 AND method = $2 AND path LIKE $3 ORDER BY exchange_id DESC LIMIT $4) newest) failed
            JOIN psp_exchanges e ON e.item = failed.item AND e.exchange_id >= $1 WHERE e.method = $2 AND e.path LIKE $3 ORDER BY e.item, e.exchange_id
            """,
            [Ids.Floor<PspExchangeId>(since), method, path, MostFailures],
            row => (Item: row.GetString(0), Try: new WorkTry(row.Moment(1), ClassOf(Enum.Parse<PspVerdict>(row.GetString(2)), row.IsDBNull(3) ? null : row.GetInt32(3)))), cancellationToken).ConfigureAwait(false);
        return [.. rows.GroupBy(row => row.Item, StringComparer.Ordinal).Select(work => work.Select(row => row.Try).ToList())];
    }

    private static ErrorClass? ClassOf(PspVerdict verdict, int? status) => verdict switch
    {
        PspVerdict.Succeeded => null,
        PspVerdict.Pending => ErrorClass.NotReady,
        PspVerdict.Declined => ErrorClass.Declined,
        PspVerdict.Rejected => ErrorClass.Rejected,
        PspVerdict.NotSent when status == 429 => ErrorClass.RateLimited,
        PspVerdict.NotSent when status == 409 => ErrorClass.Busy,
        PspVerdict.NotSent => ErrorClass.Unreachable,
        PspVerdict.Unknown => ErrorClass.Unanswered,
    };
}
