using System.Collections.Frozen;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>
/// The policies that hold now: what was published, and the defaults for the rest. A snapshot in memory, because every failed try asks; it is
/// replaced whole after each publication and at start.
/// </summary>
public sealed class RetryPolicies(SqlDialect dialect, Dice dice)
{
    private FrozenDictionary<(string Operation, ErrorClass Error), RetryPolicy> _published = FrozenDictionary<(string, ErrorClass), RetryPolicy>.Empty;

    public RetryPolicy Of(string operation, ErrorClass error) => _published.GetValueOrDefault((operation, error)) ?? RetryDefaults.Of(operation, error);

    /// <summary>Cards that a buyer may have declined before his checkout ends.</summary>
    public int BuyerCap => Of(RetryOperations.BuyerTry, ErrorClass.Declined).MaxTries ?? int.MaxValue;

    /// <summary>The wait after so many failed tries, never shorter than the other side asked for; null when the policy gives up.</summary>
    public TimeSpan? NextDelay(TaskFailure failure, int failed, TimeSpan failingFor)
    {
        if (Of(failure.Operation, failure.Class).NextDelay(failed, failingFor, dice) is not { } wait) return null;
        // Those who were told the same moment would all come back at it: the drawn wait spreads them.
        return failure.RetryAfter is { } told ? told + (wait < told ? wait : told) : wait;
    }

    /// <summary>When a buyer may press Pay again after so many failed tries, the newest of them at <paramref name="failedAt"/>.</summary>
    /// <remarks>The page names this moment, so chance must not play a part.</remarks>
    public DateTimeOffset NextBuyerTry(int failed, DateTimeOffset failedAt) =>
        failed == 0 ? failedAt : failedAt + Of(RetryOperations.BuyerTry, ErrorClass.Declined).Bound(failed);

    /// <summary>Puts one policy in force, once its publication has committed.</summary>
    internal void Adopt(string operation, ErrorClass error, RetryPolicy policy)
    {
        while (true)
        {
            var held = Volatile.Read(ref _published);
            var next = new Dictionary<(string Operation, ErrorClass Error), RetryPolicy>(held) { [(operation, error)] = policy }.ToFrozenDictionary();
            if (Interlocked.CompareExchange(ref _published, next, held) == held) return;
        }
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"SELECT operation, error_class, {RetryPolicyVersion.Figures} FROM retry_policies WHERE state = 'Published'", [],
            row => (Key: (row.GetString(0), Enum.Parse<ErrorClass>(row.GetString(1))), Policy: RetryPolicyVersion.Read(row, 2)), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _published, rows.ToFrozenDictionary(row => row.Key, row => row.Policy));
    }
}
