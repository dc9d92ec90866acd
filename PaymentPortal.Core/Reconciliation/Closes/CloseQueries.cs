using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>Where a day stands on its way to being closed.</summary>
public enum DayStage
{
    /// <summary>Before the first day that is closed one by one: brought forward by it.</summary>
    Before,

    /// <summary>It still runs.</summary>
    Running,

    /// <summary>The PSP's file of it is not accepted yet.</summary>
    NoFile,

    /// <summary>Its turn comes when the days before it are closed.</summary>
    Later,

    /// <summary>It can be signed.</summary>
    Ready,

    /// <summary>Signed once.</summary>
    Signed,
    Closed,
}

/// <summary>A day in the calendar.</summary>
public sealed record DayLine(DateOnly Day, DayStage Stage, DayClose? Close, int Differences);

/// <summary>A day as its page shows it: frozen once it is signed, fresh before.</summary>
/// <param name="IsChanged">The figures are not those any more that the first person signed: his signature will be void.</param>
public sealed record DayDetails(DayLine Line, DayProof Proof, bool IsChanged);

/// <summary>How many days wait to be closed, and the oldest of them.</summary>
public sealed record OpenDays(int Count, DateOnly? Oldest);

/// <summary>Reads the calendar of closes and single days.</summary>
public sealed class CloseQueries(SqlDialect dialect, DayProver prover, TimeProvider time)
{
    private const string CoveredDays = "SELECT period_from, period_to FROM settlement_files WHERE kind = 'Activity' AND state = 'Accepted' AND period_from < $2 AND period_to > $1";

    /// <summary>Newest first: so many days up to one, the running day at most.</summary>
    public async Task<IReadOnlyList<DayLine>> ListAsync(DateOnly? until, int count, CancellationToken cancellationToken)
    {
        var today = CloseCalendar.DayOf(time.GetUtcNow());
        var last = until is { } asked && asked < today ? asked : today;
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        return await ReadAsync(connection, last.AddDays(1 - count), last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null for a day that is not there to be closed: the future, or before the first one.</summary>
    public async Task<DayDetails?> FindAsync(DateOnly day, CancellationToken cancellationToken)
    {
        DayLine line;
        IReadOnlyList<ProofFigure> figures;
        IReadOnlyList<ProofItem> items;
        await using (var connection = dialect.OpenReader())
        {
            await using var snapshot = dialect.BeginSnapshot(connection);
            if (day > CloseCalendar.DayOf(time.GetUtcNow())) return null;
            line = (await ReadAsync(connection, day, day, cancellationToken).ConfigureAwait(false))[0];
            if (line.Stage == DayStage.Before) return null;
            (figures, items) = await FrozenAsync(connection, DayProof.TextOf(day), cancellationToken).ConfigureAwait(false);
        }
        if (line.Close is { State: DayCloseState.Closed } closed) return new DayDetails(line, new DayProof(day, figures, items, closed.Mark, DayProof.StartOf(day.AddDays(1)), ["It is closed."]), false);
        var fresh = await prover.ProveAsync(day, cancellationToken).ConfigureAwait(false);
        if (line.Close is not { } signed) return new DayDetails(line, fresh, false);
        return fresh.Mark == signed.Mark ? new DayDetails(line, fresh with { Figures = figures, Items = items }, false) : new DayDetails(line, fresh, true);
    }

    /// <summary>Days that are over and not closed.</summary>
    public async Task<OpenDays> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var calendar = await CloseCalendar.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var today = CloseCalendar.DayOf(time.GetUtcNow());
        return calendar.Next is { } next && next < today ? new OpenDays(today.DayNumber - next.DayNumber, next) : new OpenDays(0, null);
    }

    public async Task<bool> IsClosedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync("SELECT 1 FROM day_closes WHERE day = $1 AND state = 'Closed'", [DayProof.TextOf(day)], _ => true, cancellationToken).ConfigureAwait(false)).Count > 0;
    }

    /// <summary>Closed days before one, newest first.</summary>
    public async Task<Page<DayClose>> PageAsync(DateOnly? before, int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"SELECT {DayClose.Columns} FROM day_closes WHERE state = 'Closed' AND day < $1 ORDER BY day DESC LIMIT $2", [DayProof.TextOf(before ?? DateOnly.MaxValue), limit + 1], DayClose.Read, cancellationToken).ConfigureAwait(false);
        return new Page<DayClose>([.. rows.Take(limit)], rows.Count > limit ? rows[limit - 1].Day : null);
    }

    /// <summary>Closed days with their evidence, newest first.</summary>
    public async Task<IReadOnlyList<DayClose>> ClosedAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync($"SELECT {DayClose.Columns} FROM day_closes WHERE state = 'Closed' ORDER BY day DESC LIMIT $1", [limit], DayClose.Read, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<(List<ProofFigure> Figures, List<ProofItem> Items)> FrozenAsync(DbConnection connection, string day, CancellationToken cancellationToken) => (
        await connection.ReadAsync(
            "SELECT currency, category, orders, ledger, wallets, psp FROM day_close_figures WHERE day = $1 ORDER BY currency, category", [day],
            row => new ProofFigure(row.GetString(0), row.GetString(1), row.NumberOrNull(2), row.GetInt64(3), row.GetInt64(4), row.NumberOrNull(5)), cancellationToken).ConfigureAwait(false),
        await connection.ReadAsync(
            "SELECT category, item, currency, orders, ledger, wallets, psp, reason, about, note FROM day_close_items WHERE day = $1 ORDER BY number", [day],
            row => new ProofItem(
                row.GetString(0), row.GetString(1), row.GetString(2), row.NumberOrNull(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), Enum.Parse<ItemReason>(row.GetString(7)), row.TextOrNull(8), row.GetString(9)),
            cancellationToken).ConfigureAwait(false));

    private async Task<IReadOnlyList<DayLine>> ReadAsync(DbConnection connection, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var calendar = await CloseCalendar.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var closes = (await connection.ReadAsync($"SELECT {DayClose.Columns} FROM day_closes WHERE day >= $1 AND day <= $2", [DayProof.TextOf(first), DayProof.TextOf(last)], DayClose.Read, cancellationToken).ConfigureAwait(false))
            .ToDictionary(close => close.Day, StringComparer.Ordinal);
        var differences = (await connection.ReadAsync(
            "SELECT day, COUNT(*) FROM day_close_items WHERE day >= $1 AND day <= $2 GROUP BY day", [DayProof.TextOf(first), DayProof.TextOf(last)], row => (Day: row.GetString(0), Count: row.GetInt32(1)), cancellationToken).ConfigureAwait(false))
            .ToDictionary(one => one.Day, one => one.Count, StringComparer.Ordinal);
        var files = await connection.ReadAsync(
            CoveredDays, [DayProof.StartOf(first), DayProof.StartOf(last.AddDays(1))], row => (From: row.Moment(0), To: row.Moment(1)), cancellationToken).ConfigureAwait(false);
        var lines = new List<DayLine>();
        for (var day = last; day >= first; day = day.AddDays(-1))
        {
            var (from, to, close) = (DayProof.StartOf(day), DayProof.StartOf(day.AddDays(1)), closes.GetValueOrDefault(DayProof.TextOf(day)));
            var stage = close is not null ? close.State == DayCloseState.Closed ? DayStage.Closed : DayStage.Signed
                : time.GetUtcNow() < to ? DayStage.Running
                : calendar.Next is not { } next || day < next ? DayStage.Before
                : !files.Any(file => file.From <= from && file.To >= to) ? DayStage.NoFile
                : day > next ? DayStage.Later : DayStage.Ready;
            lines.Add(new DayLine(day, stage, close, differences.GetValueOrDefault(DayProof.TextOf(day))));
        }
        return lines;
    }
}
