using System.Globalization;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>How far the sessions were compared, and what differs now.</summary>
public sealed record ComparisonState(CatchUpPlace? Place, IReadOnlyList<SessionDifference> Open);

/// <summary>
/// Holds the PSP's sessions against our attempts and books, in both directions and from a stored place on. A session that the PSP says is paid is given
/// to the status check, a second one under a key of ours goes to suspense for finance, and what differs even then is an alarm.
/// </summary>
/// <remarks>Each session is looked at once it is so old that nobody can pay it any more: a difference is then never something under way.</remarks>
public sealed class SessionComparison(
    WriteLane lane, SqlDialect dialect, IPaymentServiceProvider psp, PspHealth health, PaymentStatusCheck check, PaymentPosting posting, TimeProvider time, ILogger<SessionComparison> log) : IDisposable
{
    /// <summary>The PSP closes a page after a day; the hour is for its last word about it.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(25);

    /// <summary>A session is made a little after its attempt began, and by another clock.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    /// <summary>What is older than this when the comparison first runs, or comes back, is the daily reports' business.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    private static readonly TimeSpan Widest = TimeSpan.FromHours(6);
    private static readonly TimeSpan Narrowest = TimeSpan.FromMinutes(1);

    private const int MaxOpen = 200;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Tells how many differences are new; null when the PSP gave no usable answer and the rest waits for the next run.</summary>
    public async Task<int?> RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadOnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<ComparisonState> StateAsync(CancellationToken cancellationToken) =>
        new(await CatchUpPlaces.FindAsync(dialect, CatchUpPlaces.Sessions, cancellationToken).ConfigureAwait(false), await OpenAsync(cancellationToken).ConfigureAwait(false));

    public void Dispose() => _one.Dispose();

    private async Task<int?> ReadOnAsync(CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() - Age;
        var place = (await CatchUpPlaces.FindAsync(dialect, CatchUpPlaces.Sessions, cancellationToken).ConfigureAwait(false))?.ReadTo ?? end - Age;
        if (place < end - Reach) place = end - Reach;
        if (!await LookAgainAsync(cancellationToken).ConfigureAwait(false)) return await StopAsync(place, "The PSP can't be asked at present.", cancellationToken).ConfigureAwait(false);
        var (total, width) = (0, Widest);
        while (place < end)
        {
            var to = place + width < end ? place + width : end;
            if (!health.Report.IsSending) return await StopAsync(place, "The PSP can't be asked at present.", cancellationToken).ConfigureAwait(false);
            var answer = await psp.ListSessionsAsync(place - Slack, to + Slack, cancellationToken).ConfigureAwait(false);
            if (answer.Value is null && CatchUpPlaces.IsTooLong(answer.Error) && width > Narrowest)
            {
                width /= 2;
                continue;
            }
            if (answer.Value is not { } listed || await CompareAsync(listed, place, to, cancellationToken).ConfigureAwait(false) is not { } found)
                return await StopAsync(place, answer.Error?.Message ?? "The PSP gave no usable answer.", cancellationToken).ConfigureAwait(false);
            total += found;
            place = to;
        }
        return total;
    }

    private async Task<int?> StopAsync(DateTimeOffset place, string why, CancellationToken cancellationToken)
    {
        Log.SessionsUnread(log, why);
        await lane.RunAsync(unit => CatchUpPlaces.Store(unit, CatchUpPlaces.Sessions, place, 0, why), cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Null when one of our sessions had to be asked for and the PSP gave no answer.</summary>
    private async Task<int?> CompareAsync(IReadOnlyList<PspSession> listed, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        List<(string Session, SessionFinding? Finding)> compared = [];
        foreach (var session in listed) compared.Add((session.Id, await TheirsAsync(session, cancellationToken).ConfigureAwait(false)));
        var seen = listed.Select(session => session.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var token in (await BookedAsync(from, to, cancellationToken).ConfigureAwait(false)).Where(token => !seen.Contains(token)))
        {
            var (isAnswered, finding) = await OursAsync(token, cancellationToken).ConfigureAwait(false);
            if (!isAnswered) return null;
            compared.Add((token, finding));
        }
        return await lane.RunAsync(
            unit =>
            {
                var found = compared.Sum(one => Note(unit, one.Session, one.Finding));
                CatchUpPlaces.Store(unit, CatchUpPlaces.Sessions, to, found, null);
                return found;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Differences that stand are asked about anew, and closed when both sides agree.</summary>
    private async Task<bool> LookAgainAsync(CancellationToken cancellationToken)
    {
        foreach (var difference in await OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            var (isAnswered, finding) = await OursAsync(difference.SessionId, cancellationToken).ConfigureAwait(false);
            if (!isAnswered) return false;
            if (finding is null) await lane.RunAsync(unit => Note(unit, difference.SessionId, null), cancellationToken).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>One session that the PSP lists.</summary>
    private async Task<SessionFinding?> TheirsAsync(PspSession session, CancellationToken cancellationToken)
    {
        var ours = await FindAsync(session, cancellationToken).ConfigureAwait(false);
        var finding = SessionFindings.Of(session, ours);
        if (finding is { Kind: SessionDifferenceKind.PaidThereUnknownHere } && await BookTwinAsync(session, cancellationToken).ConfigureAwait(false)) return null;
        if (finding is not { Kind: SessionDifferenceKind.PaidThereNotBookedHere } missing || ours!.Token is null) return finding;
        // The way by which every payment is booked: if it can be, it is no difference.
        await check.CheckAsync(new AttemptId(ours.Attempt), finish: null, cancellationToken).ConfigureAwait(false);
        return SessionFindings.Of(session, await FindAsync(session, cancellationToken).ConfigureAwait(false)) is null ? null : missing;
    }

    /// <summary>
    /// The PSP made a second page under a key of ours, although a key is for one, and the buyer paid that one too: real money, which finance gives back.
    /// False when it is not such a page, or can't be booked yet.
    /// </summary>
    private async Task<bool> BookTwinAsync(PspSession listed, CancellationToken cancellationToken)
    {
        if (await TwinOfAsync(listed, cancellationToken).ConfigureAwait(false) is not var (attempt, checkout)) return false;
        var answer = await psp.FetchSessionAsync(listed.Id, cancellationToken).ConfigureAwait(false);
        if (answer is not { Verdict: PspVerdict.Succeeded, Value: { Charge.BalanceTransaction: { } settled } session } || settled.Gross != session.Total) return false;
        return await lane.RunAsync(
            unit =>
            {
                if (unit.Scalar("SELECT COUNT(*) FROM booked_sessions WHERE session_id = $1", session.Id) > 0) return true;
                // The very charge that our books hold under another page: no second one, but a page that got a wrong name.
                if (unit.Scalar("SELECT COUNT(*) FROM booked_sessions WHERE charge_id = $1", session.Charge!.Id) > 0) return false;
                posting.BookToSuspense(unit, PaymentRow.Find(unit, checkout)!, attempt, session, FinanceTaskKind.LateSuccess);
                unit.AfterCommit(() => Log.ChargedTwice(log, checkout.Value, session.Id));
                return true;
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<(AttemptId Attempt, CheckoutId Checkout)?> TwinOfAsync(PspSession session, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            "SELECT a.attempt_id, a.checkout_id FROM attempts a JOIN psp_calls c ON c.item = a.attempt_id WHERE c.psp_key = $1 AND a.attempt_id = $2 AND a.psp_token <> $3",
            [session.PspKey, session.Attempt, session.Id], row => (new AttemptId(row.GetString(0)), new CheckoutId(row.GetString(1))), cancellationToken).ConfigureAwait(false);
        return found is [var twin] ? twin : null;
    }

    /// <summary>One session of ours that the PSP did not list.</summary>
    private async Task<(bool IsAnswered, SessionFinding? Finding)> OursAsync(string token, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchSessionAsync(token, cancellationToken).ConfigureAwait(false);
        if (answer.Value is { } session) return (true, await TheirsAsync(session, cancellationToken).ConfigureAwait(false));
        if (answer is not { Verdict: PspVerdict.Rejected, Exchange.HttpStatus: 404 }) return (false, null);
        return (true, SessionFindings.OfNone(await FindAsync(token, null, cancellationToken).ConfigureAwait(false)));
    }

    private Task<OurSession?> FindAsync(PspSession session, CancellationToken cancellationToken) => FindAsync(session.Id, session.Attempt, cancellationToken);

    private async Task<OurSession?> FindAsync(string token, string? attempt, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            """
            SELECT a.attempt_id, a.checkout_id, a.psp_token, b.amount, b.currency, EXISTS (SELECT 1 FROM finance_tasks f WHERE f.session_id = $1)
            FROM attempts a LEFT JOIN booked_sessions b ON b.session_id = $1 WHERE a.psp_token = $1 OR (a.attempt_id = $2 AND a.psp_token IS NULL) OR a.attempt_id = b.attempt_id
            """,
            [token, attempt],
            row => new OurSession(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.IsDBNull(3) ? null : new Money(row.GetInt64(3), Currency.Of(row.GetString(4))), row.GetBoolean(5)), cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault();
    }

    /// <summary>The sessions with booked money whose attempts began in a span: an attempt's id tells when it began.</summary>
    private async Task<List<string>> BookedAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            "SELECT b.session_id FROM attempts a JOIN booked_sessions b ON b.session_id = a.psp_token WHERE a.attempt_id >= $1 AND a.attempt_id < $2",
            [Ids.Floor<AttemptId>(from), Ids.Floor<AttemptId>(to)], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<SessionDifference>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            "SELECT session_id, checkout_id, kind, text, found_at FROM session_differences WHERE closed_at IS NULL ORDER BY found_at LIMIT $1", [MaxOpen],
            row => new SessionDifference { SessionId = row.GetString(0), CheckoutId = row.TextOrNull(1), Kind = Enum.Parse<SessionDifferenceKind>(row.GetString(2)), Text = row.GetString(3), FoundAt = row.Moment(4) },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One when the difference is new.</summary>
    private int Note(UnitOfWork unit, string session, SessionFinding? finding)
    {
        if (finding is null)
        {
            unit.Execute("UPDATE session_differences SET closed_at = $2 WHERE session_id = $1 AND closed_at IS NULL", session, unit.Now);
            return 0;
        }
        var isNew = unit.Execute(
            """
            INSERT INTO session_differences (session_id, checkout_id, kind, text, found_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (session_id) DO UPDATE SET kind = excluded.kind, text = excluded.text, found_at = excluded.found_at, closed_at = NULL WHERE session_differences.closed_at IS NOT NULL
            """,
            session, finding.Checkout, finding.Kind, StoredText.Cut(finding.Text), unit.Now);
        if (isNew == 1) unit.AfterCommit(() => Log.SessionDiffers(log, session, finding.Checkout ?? "none of ours", finding.Text));
        return isNew;
    }
}

/// <summary>What we know of a session. <see cref="Booked"/> is what our books hold of it; <see cref="IsWithFinance"/>: a task for finance names it.</summary>
internal sealed record OurSession(string Attempt, string Checkout, string? Token, Money? Booked, bool IsWithFinance);

/// <summary>A difference in words.</summary>
internal sealed record SessionFinding(SessionDifferenceKind Kind, string? Checkout, string Text);

/// <summary>Holds both sides of one session together. Pure.</summary>
internal static class SessionFindings
{
    public static SessionFinding? Of(PspSession theirs, OurSession? ours)
    {
        var isPaid = theirs is { Status: SessionStatus.Complete, Payment: SessionPayment.Paid };
        return (isPaid, ours) switch
        {
            (true, null) => new(SessionDifferenceKind.PaidThereUnknownHere, null, $"The PSP took {Words(theirs.Total)} through a session that no attempt of ours had."),
            (true, { Booked: null, IsWithFinance: false }) => new(SessionDifferenceKind.PaidThereNotBookedHere, ours.Checkout, $"The PSP took {Words(theirs.Total)}, and our books hold nothing of it."),
            (true, { Booked: { } booked }) when booked != theirs.Total => new(SessionDifferenceKind.AmountDiffers, ours.Checkout, $"The PSP took {Words(theirs.Total)}, our books hold {Words(booked)}."),
            (false, { Booked: { } booked }) => new(SessionDifferenceKind.BookedHereNotPaidThere, ours.Checkout, $"Our books hold {Words(booked)}, and the PSP says that it was not paid."),
            _ => null,
        };
    }

    /// <summary>The PSP does not know the session at all.</summary>
    public static SessionFinding? OfNone(OurSession? ours) =>
        ours is { Booked: { } booked } ? new(SessionDifferenceKind.BookedHereNotPaidThere, ours.Checkout, $"Our books hold {Words(booked)}, and the PSP does not know the session.") : null;

    private static string Words(Money money) => string.Create(CultureInfo.InvariantCulture, $"{money} {money.Currency}");
}
