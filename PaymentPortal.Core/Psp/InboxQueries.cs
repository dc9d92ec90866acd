using System.Data.Common;
using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>What a delivery of the PSP came to.</summary>
public enum DeliveryVerdict
{
    /// <summary>Verified and stored; its step has not ended yet.</summary>
    Waiting,

    /// <summary>Verified, and its object fetched and applied.</summary>
    Verified,

    /// <summary>The same, but a later event of the same payment was here before it.</summary>
    OutOfOrder,

    /// <summary>Here already: nothing was done again.</summary>
    Duplicate,

    /// <summary>Verified, and about an object that is not ours.</summary>
    UnknownObject,

    /// <summary>Verified, and of the other mode (live or test) than our API key.</summary>
    WrongMode,

    /// <summary>Verified, and of a type that moves nothing of ours.</summary>
    Ignored,

    /// <summary>It stood on the PSP's list and had not come: taken from there.</summary>
    NeverCame,
}

/// <summary>One delivery: the event, which delivery of it, and its verdict.</summary>
public sealed record InboxLine(
    string EventId, int Number, DateTimeOffset At, string Type, string ObjectId, string? AttemptId, DeliveryVerdict Verdict, DateTimeOffset CreatedAt, DateTimeOffset? AppliedAt);

/// <summary>Which deliveries a list shows. All that is set must hold.</summary>
public sealed record InboxFilter(DeliveryVerdict? Verdict = null, string? Type = null, string? About = null, MomentRange Received = default);

/// <summary>One event with all its deliveries and its body, from which secrets and personal data are taken out.</summary>
public sealed record InboxDetails(InboxLine First, IReadOnlyList<InboxLine> Deliveries, string Body);

/// <summary>Lists what the PSP delivered, newest first, in pages by keyset both ways.</summary>
public sealed class InboxQueries(SqlDialect dialect, FieldCipher cipher)
{
    /// <summary>Counting stops one above it.</summary>
    public const int CountCap = 10_000;

    private const string Lines = """
        SELECT event_id, 1 AS number, received_at AS at, type, object_id, attempt_id, created_at, applied_at,
            CASE WHEN state = 'WrongMode' THEN 'WrongMode' WHEN listed_at IS NOT NULL THEN 'NeverCame' WHEN state = 'Waiting' THEN 'Waiting' WHEN state = 'UnknownObject' THEN 'UnknownObject' WHEN state = 'Ignored' THEN 'Ignored'
                WHEN is_out_of_order THEN 'OutOfOrder' ELSE 'Verified' END AS verdict
        FROM psp_inbox
        UNION ALL SELECT r.event_id, r.number, r.received_at, i.type, i.object_id, i.attempt_id, i.created_at, i.applied_at, 'Duplicate' FROM psp_repeats r JOIN psp_inbox i ON i.event_id = r.event_id
        """;

    private const string Matching = """
        ($1 IS NULL OR verdict = $1) AND ($2 IS NULL OR type = $2) AND ($3 IS NULL OR event_id = $3 OR object_id = $3 OR attempt_id = $3) AND ($4 IS NULL OR at >= $4) AND ($5 IS NULL OR at < $5)
        """;

    public async Task<ListSlice<InboxLine>> ListAsync(InboxFilter filter, PagePlace place, int size, CancellationToken cancellationToken)
    {
        var isBackward = place.IsLast || place.Before is not null;
        var (beyond, order) = isBackward ? (">", "ASC") : ("<", "DESC");
        var from = place.IsLast ? null : ReadCursor(place.Before ?? place.After);
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"""
            SELECT event_id, number, at, type, object_id, attempt_id, verdict, created_at, applied_at FROM ({Lines}) d
            WHERE {Matching} AND ($6 IS NULL OR (at, event_id, number) {beyond} ($6, $7, $8)) ORDER BY at {order}, event_id {order}, number {order} LIMIT $9
            """,
            [.. Arguments(filter), from?.At, from?.EventId, from?.Number, size + 1], Read, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        var page = rows.Take(size).ToList();
        if (isBackward) page.Reverse();
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<InboxLine>(page, hasBefore && page.Count > 0 ? Cursor(page[0]) : null, hasAfter && page.Count > 0 ? Cursor(page[^1]) : null);
    }

    /// <summary>How many match; one above <see cref="CountCap"/> means more than that.</summary>
    public async Task<int> CountAsync(InboxFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync(
            $"SELECT COUNT(*) FROM (SELECT 1 FROM ({Lines}) d WHERE {Matching} LIMIT {CountCap + 1}) c", Arguments(filter), row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>How many events since a moment were kept and led to nothing because they are not about our money: unknown objects, and the wrong mode.</summary>
    public async Task<(long Unknown, long WrongMode)> QuarantinedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync(
            "SELECT COUNT(CASE WHEN state = 'UnknownObject' THEN 1 END), COUNT(CASE WHEN state = 'WrongMode' THEN 1 END) FROM psp_inbox WHERE state <> 'Applied' AND received_at >= $1", [since],
            row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Null when no such event is here.</summary>
    public async Task<InboxDetails?> FindAsync(string eventId, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var lines = await connection.ReadAsync(
            $"SELECT event_id, number, at, type, object_id, attempt_id, verdict, created_at, applied_at FROM ({Lines}) d WHERE event_id = $1 ORDER BY number LIMIT 200", [eventId], Read, cancellationToken).ConfigureAwait(false);
        if (lines.Count == 0) return null;
        var body = await connection.ReadAsync("SELECT body FROM psp_bodies WHERE event_id = $1", [eventId], row => (byte[])row[0], cancellationToken).ConfigureAwait(false);
        return new InboxDetails(lines[0], lines, StripeRedaction.Json(Encoding.UTF8.GetBytes(cipher.Open(PspInbox.Bodies, eventId, "body", new Sealed(body[0])))));
    }

    private static IReadOnlyList<object?> Arguments(InboxFilter filter) => [filter.Verdict, filter.Type, filter.About, filter.Received.From, filter.Received.To];

    private static string Cursor(InboxLine line) => string.Create(CultureInfo.InvariantCulture, $"{line.At.ToMicroseconds()}~{line.Number}~{line.EventId}");

    /// <summary>A cursor that is none of ours starts at the beginning.</summary>
    private static (long At, int Number, string EventId)? ReadCursor(string? cursor)
    {
        if (cursor?.Split('~', 3) is not [var at, var number, var id]) return null;
        return long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (moment, count, id) : null;
    }

    private static InboxLine Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.Moment(2), row.GetString(3), row.GetString(4), row.TextOrNull(5), Enum.Parse<DeliveryVerdict>(row.GetString(6)), row.Moment(7), row.MomentOrNull(8));
}
