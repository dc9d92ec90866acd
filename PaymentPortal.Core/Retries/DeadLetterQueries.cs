using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A kind of trouble with what is open of it.</summary>
public sealed record CauseRow(
    string CauseKey, string Party, string Code, string Operation, int Open, int Unknown, int Taken, IReadOnlyList<Money> AtRisk, DateTimeOffset? Oldest, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, int Total,
    string? Owner, string? Note, bool IsNew);

/// <summary>A dead letter as it is listed. <see cref="WhyNot"/> is why a redrive would leave it alone.</summary>
public sealed record LetterRow(
    string DeadLetterId, string Kind, string SubjectId, string CauseKey, string Operation, string Code, string Reason, MoneyEffect Effect, string? CheckoutId, Money? AtRisk, DeadLetterState State,
    int Tries, int Deaths, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string? ClosedBy, string? CloseReason, string? WhyNot, string? HeldBy);

/// <summary>What a redrive would do, found out without doing it.</summary>
public sealed record RedrivePreview(int Eligible, IReadOnlyList<Money> Value, IReadOnlyList<SkippedCount> Skipped, IReadOnlyList<PreviewSample> Sample)
{
    public int Total => Eligible + Skipped.Sum(one => one.Count);
}

public sealed record SkippedCount(string Why, int Count);

public sealed record PreviewSample(string DeadLetterId, string Act, string? WhyNot);

/// <summary>Reads dead letters for lists, previews and badges.</summary>
public sealed class DeadLetterQueries(SqlDialect dialect, RedriveRules rules)
{
    private const int SampleSize = 8;
    private const int DayHours = 24;
    private const string Open = "d.state IN ('Open', 'Redriving')";

    /// <summary>Every kind of trouble with open letters, the worst first: unknown effects, then many.</summary>
    public async Task<IReadOnlyList<CauseRow>> CausesAsync(string? causeKey, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var sums = await connection.ReadAsync(
            $"SELECT d.cause_key, d.currency, COUNT(*), SUM(CASE WHEN d.effect = 'Unknown' THEN 1 ELSE 0 END), SUM(CASE WHEN d.effect = 'Taken' THEN 1 ELSE 0 END), COALESCE(SUM(d.amount), 0), MIN(d.first_seen) FROM dead_letters d WHERE {Open} AND ($1 IS NULL OR d.cause_key = $1) GROUP BY d.cause_key, d.currency",
            [causeKey],
            row => new { Key = row.GetString(0), Currency = row.TextOrNull(1), Count = row.GetInt32(2), Unknown = row.GetInt32(3), Taken = row.GetInt32(4), Sum = row.GetInt64(5), Oldest = row.Moment(6) }, cancellationToken).ConfigureAwait(false);
        var byKey = sums.ToLookup(sum => sum.Key, StringComparer.Ordinal);
        var causes = await connection.ReadAsync(
            "SELECT cause_key, party, code, operation, first_seen, last_seen, total, owner, note, seen_at FROM dead_letter_causes WHERE ($1 IS NULL OR cause_key = $1)", [causeKey],
            row =>
            {
                var mine = byKey[row.GetString(0)].ToList();
                return new CauseRow(
                    row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), mine.Sum(sum => sum.Count), mine.Sum(sum => sum.Unknown), mine.Sum(sum => sum.Taken),
                    [.. mine.Where(sum => sum.Currency is not null).Select(sum => new Money(sum.Sum, Currency.Of(sum.Currency!))).OrderBy(money => money.Currency.Code, StringComparer.Ordinal)],
                    mine.Count == 0 ? null : mine.Min(sum => sum.Oldest), row.Moment(4), row.Moment(5), row.GetInt32(6), row.TextOrNull(7), row.TextOrNull(8), row.IsDBNull(9));
            },
            cancellationToken).ConfigureAwait(false);
        return [.. causes.Where(cause => cause.Open > 0 || causeKey is not null).OrderByDescending(cause => cause.Unknown > 0).ThenByDescending(cause => cause.Open).ThenBy(cause => cause.CauseKey, StringComparer.Ordinal)];
    }

    /// <summary>How many letters of each cause died in each of the last 24 hours, the oldest hour first. A cause without any is not in it.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<int>>> LastDayAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = now.AddHours(-DayHours);
        await using var connection = dialect.OpenReader();
        var hours = await connection.ReadAsync(
            "SELECT cause_key, (last_seen - $1) / $2, COUNT(*) FROM dead_letters WHERE last_seen >= $1 GROUP BY 1, 2", [from, TimeSpan.MicrosecondsPerHour],
            row => (Cause: row.GetString(0), Hour: row.GetInt32(1), Count: row.GetInt32(2)), cancellationToken).ConfigureAwait(false);
        return hours.GroupBy(hour => hour.Cause, StringComparer.Ordinal).ToDictionary(
            cause => cause.Key,
            cause => (IReadOnlyList<int>)[.. Enumerable.Range(0, DayHours).Select(at => cause.Where(hour => Math.Min(hour.Hour, DayHours - 1) == at).Sum(hour => hour.Count))], StringComparer.Ordinal);
    }

    /// <summary>The same letters as they are now, whatever became of them; one that is gone is left out.</summary>
    public async Task<IReadOnlyList<LetterRow>> ReadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync($"{Select()} WHERE d.dead_letter_id IN ({string.Join(", ", ids.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"${at + 1}")))})", ids, Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every letter that matches, newest first, as it comes: for a file.</summary>
    internal async IAsyncEnumerable<LetterRow> ReadAllAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (where, arguments) = filter.ToSql();
        await using var connection = dialect.OpenReader();
        await foreach (var row in connection.StreamAsync($"{Select()} WHERE {where} ORDER BY d.dead_letter_id DESC", arguments, Read, cancellationToken).ConfigureAwait(false)) yield return row;
    }

    /// <summary>A page of letters, newest first.</summary>
    public async Task<ListSlice<LetterRow>> ListAsync(DeadLetterFilter filter, PagePlace place, int size, CancellationToken cancellationToken)
    {
        var (where, arguments) = filter.ToSql();
        var isBackwards = place.Before is not null || place.IsLast;
        if ((place.After ?? place.Before) is { } cursor)
        {
            arguments.Add(cursor);
            where += string.Create(CultureInfo.InvariantCulture, $" AND d.dead_letter_id {(isBackwards ? '>' : '<')} ${arguments.Count}");
        }
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"{Select()} WHERE {where} ORDER BY d.dead_letter_id {(isBackwards ? "" : "DESC")} LIMIT {size + 1}", arguments, Read, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        if (hasMore) rows.RemoveAt(size);
        if (isBackwards) rows.Reverse();
        if (rows.Count == 0) return new ListSlice<LetterRow>([], null, null);
        var (hasPrevious, hasNext) = isBackwards ? (hasMore, !place.IsLast) : (place.After is not null, hasMore);
        return new ListSlice<LetterRow>(rows, hasPrevious ? rows[0].DeadLetterId : null, hasNext ? rows[^1].DeadLetterId : null);
    }

    /// <param name="newerThan">An id: only letters that were opened after it.</param>
    public async Task<int> CountAsync(DeadLetterFilter filter, int most, CancellationToken cancellationToken, string? newerThan = null)
    {
        var (where, arguments) = filter.ToSql();
        if (newerThan is not null)
        {
            arguments.Add(newerThan);
            where += string.Create(CultureInfo.InvariantCulture, $" AND d.dead_letter_id > ${arguments.Count}");
        }
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM dead_letters d WHERE {where} LIMIT {most})", arguments, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>When the last letter was closed or died, for the good news that there is none.</summary>
    public async Task<DateTimeOffset?> LastSeenAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync("SELECT MAX(last_seen) FROM dead_letter_causes", [], row => row.MomentOrNull(0), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>The dry run: the same question that the start and each item will be asked, and nothing written.</summary>
    public async Task<RedrivePreview> PreviewAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        var (where, arguments) = filter.ToSql();
        await using var connection = dialect.OpenReader();
        var groups = await connection.ReadAsync(
            $"SELECT x.why, x.currency, COUNT(*), COALESCE(SUM(x.amount), 0) FROM (SELECT {rules.WhyNot} AS why, d.currency, d.amount FROM dead_letters d WHERE {where}) x GROUP BY x.why, x.currency", arguments,
            row => new { Why = row.TextOrNull(0), Currency = row.TextOrNull(1), Count = row.GetInt32(2), Sum = row.GetInt64(3) }, cancellationToken).ConfigureAwait(false);
        var sample = await connection.ReadAsync(
            $"SELECT d.dead_letter_id, {rules.Act}, {rules.WhyNot} FROM dead_letters d WHERE {where} ORDER BY d.dead_letter_id LIMIT {SampleSize}", arguments,
            row => new PreviewSample(row.GetString(0), row.GetString(1), row.TextOrNull(2) is { } why ? rules.TextOf(why) : null), cancellationToken).ConfigureAwait(false);
        return new RedrivePreview(
            groups.Where(group => group.Why is null).Sum(group => group.Count),
            [.. groups.Where(group => group is { Why: null, Currency: not null }).Select(group => new Money(group.Sum, Currency.Of(group.Currency!))).OrderBy(money => money.Currency.Code, StringComparer.Ordinal)],
            [.. groups.Where(group => group.Why is not null).GroupBy(group => group.Why!, (why, some) => new SkippedCount(rules.TextOf(why), some.Sum(group => group.Count))).OrderByDescending(one => one.Count)],
            sample);
    }

    private string Select() =>
        $"""
        SELECT d.dead_letter_id, d.kind, d.subject_id, d.cause_key, d.operation, d.code, d.reason, d.effect, d.checkout_id, d.amount, d.currency, d.state, d.tries, d.deaths, d.first_seen, d.last_seen, d.closed_by, d.close_reason,
            {rules.WhyNot}, (SELECT i.redrive_id FROM redrive_items i WHERE i.dead_letter_id = d.dead_letter_id AND i.state IN ('Waiting', 'Working')) FROM dead_letters d
        """;

    private LetterRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6), Enum.Parse<MoneyEffect>(row.GetString(7)), row.TextOrNull(8),
        row.IsDBNull(9) ? null : new Money(row.GetInt64(9), Currency.Of(row.GetString(10))), Enum.Parse<DeadLetterState>(row.GetString(11)), row.GetInt32(12), row.GetInt32(13), row.Moment(14), row.Moment(15),
        row.TextOrNull(16), row.TextOrNull(17), row.TextOrNull(18) is { } why ? rules.TextOf(why) : null, row.TextOrNull(19));
}
