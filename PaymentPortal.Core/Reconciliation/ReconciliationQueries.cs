using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>A row of the list of files.</summary>
public sealed record FileRow(SettlementFile File, int OpenMismatches);

/// <summary>Days between this file and the one before it that no file tells of.</summary>
public sealed record DateGap(DateTimeOffset From, DateTimeOffset To);

/// <summary>One file with its preview and what became of its lines.</summary>
public sealed record FileDetails(
    SettlementFile File, IReadOnlyList<SettlementTotal> Totals, IReadOnlyList<UnreadableRow> Unreadable, DateGap? Gap, IReadOnlyDictionary<LineBucket, int> Buckets, IReadOnlyDictionary<MismatchKind, int> Mismatches);

/// <summary>Which mismatches a list shows. Without a state: those that are not closed. <paramref name="Owner"/> is an account's id, or <see cref="Nobody"/>.</summary>
public sealed record MismatchFilter(MismatchState? State = null, MismatchKind? Kind = null, string? FileId = null, string? About = null, bool IsClosedToo = false, string? BatchId = null, IReadOnlyList<string>? Ids = null, string? Owner = null)
{
    public const string Nobody = "nobody";

    public DateTimeOffset? HappenedAfter { get; init; }

    public DateTimeOffset? HappenedUntil { get; init; }

    public MismatchFilter Aged(MismatchAge age, DateTimeOffset now)
    {
        var (after, until) = MismatchAges.Span(age, now);
        return this with { HappenedAfter = after, HappenedUntil = until };
    }
}

/// <summary>A mismatch with its history, newest first, and the approval that it waits for.</summary>
public sealed record MismatchDetails(Mismatch Mismatch, IReadOnlyList<MismatchHistoryLine> History, string? ApprovalId);

/// <summary>Reads of reconciliation, for the portal and the API.</summary>
public sealed class ReconciliationQueries(IDbContextFactory<PortalDb> databases, FieldCipher cipher)
{
    private static readonly MismatchState[] NotClosed = [MismatchState.Open, MismatchState.Timing, MismatchState.Asked];

    /// <summary>Newest first.</summary>
    public async Task<Page<FileRow>> FilesAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var files = db.Set<SettlementFile>().AsNoTracking().Where(file => file.State != SettlementFileState.Reading);
        if (after is not null) files = files.Where(file => string.Compare(file.FileId, after) < 0);
        var rows = await files.OrderByDescending(file => file.FileId).Take(limit + 1)
            .Select(file => new FileRow(file, db.Set<Mismatch>().Count(mismatch => mismatch.FileId == file.FileId && NotClosed.Contains(mismatch.State))))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<FileRow>([.. rows.Take(limit)], rows.Count > limit ? rows[limit - 1].File.FileId : null);
    }

    public async Task<FileDetails?> FindFileAsync(SettlementFileId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Set<SettlementFile>().AsNoTracking().SingleOrDefaultAsync(file => file.FileId == id.Value, cancellationToken).ConfigureAwait(false) is not { } file) return null;
        var totals = await db.Set<SettlementTotal>().AsNoTracking().Where(total => total.FileId == id.Value).OrderBy(total => total.Currency).ToListAsync(cancellationToken).ConfigureAwait(false);
        var buckets = await db.Set<SettlementLine>().AsNoTracking().Where(line => line.FileId == id.Value && line.Bucket != null).GroupBy(line => line.Bucket!.Value)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken).ConfigureAwait(false);
        var kinds = await db.Set<Mismatch>().AsNoTracking().Where(mismatch => mismatch.FileId == id.Value && mismatch.State != MismatchState.Withdrawn).GroupBy(mismatch => mismatch.Kind)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken).ConfigureAwait(false);
        return new FileDetails(file, totals, Faults(file), await GapAsync(db, file, cancellationToken).ConfigureAwait(false), buckets, kinds);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<Mismatch>> MismatchesAsync(MismatchFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = Filtered(db, filter);
        if (after is not null) rows = rows.Where(mismatch => string.Compare(mismatch.MismatchId, after) < 0);
        var page = await rows.OrderByDescending(mismatch => mismatch.MismatchId).Take(limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<Mismatch>([.. page.Take(limit)], page.Count > limit ? page[limit - 1].MismatchId : null);
    }

    public async Task<int> CountAsync(MismatchFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Filtered(db, filter).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many of them are of each age.</summary>
    public async Task<IReadOnlyDictionary<MismatchAge, int>> AgesAsync(MismatchFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var (two, four, eight) = (FirstOf(MismatchAge.TwoToThree), FirstOf(MismatchAge.FourToSeven), FirstOf(MismatchAge.EightAndMore));
        var counts = await Filtered(db, filter with { HappenedAfter = null, HappenedUntil = null })
            .GroupBy(mismatch => mismatch.HappenedAt > two ? (int)MismatchAge.UpToOne : mismatch.HappenedAt > four ? (int)MismatchAge.TwoToThree : mismatch.HappenedAt > eight ? (int)MismatchAge.FourToSeven : (int)MismatchAge.EightAndMore)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => (MismatchAge)group.Key, group => group.Count, cancellationToken).ConfigureAwait(false);
        return Enum.GetValues<MismatchAge>().ToDictionary(age => age, age => counts.GetValueOrDefault(age));

        DateTimeOffset FirstOf(MismatchAge age) => MismatchAges.Span(age, now).Until!.Value;
    }

    /// <summary>Those that are not closed, and how many of them are past their due time.</summary>
    public async Task<(int Open, int Overdue)> CountOverdueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var open = Filtered(db, new MismatchFilter());
        return (await open.CountAsync(cancellationToken).ConfigureAwait(false), await open.CountAsync(mismatch => mismatch.DueAt < now, cancellationToken).ConfigureAwait(false));
    }

    public async Task<MismatchDetails?> FindMismatchAsync(MismatchId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Set<Mismatch>().AsNoTracking().SingleOrDefaultAsync(mismatch => mismatch.MismatchId == id.Value, cancellationToken).ConfigureAwait(false) is not { } found) return null;
        var history = await db.Set<MismatchHistoryLine>().AsNoTracking().Where(line => line.MismatchId == id.Value).OrderByDescending(line => line.Version).Take(200).ToListAsync(cancellationToken).ConfigureAwait(false);
        var approval = await db.Set<Approval>().AsNoTracking().Where(one => ((one.Kind == MismatchDesk.Kind && one.SubjectId == id.Value) || (one.Kind == MismatchBatches.Name && one.SubjectId == found.BatchId)) && one.State == ApprovalState.Pending)
            .Select(one => one.ApprovalId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return new MismatchDetails(found, history, approval);
    }

    private static IQueryable<Mismatch> Filtered(PortalDb db, MismatchFilter filter)
    {
        var rows = db.Set<Mismatch>().AsNoTracking();
        if (filter.State is { } state) rows = rows.Where(mismatch => mismatch.State == state);
        else if (!filter.IsClosedToo) rows = rows.Where(mismatch => NotClosed.Contains(mismatch.State));
        if (filter.Kind is { } kind) rows = rows.Where(mismatch => mismatch.Kind == kind);
        if (filter.Owner == MismatchFilter.Nobody) rows = rows.Where(mismatch => mismatch.Owner == null);
        else if (filter.Owner is { } person)
        {
            var owner = Actor.Staff(person).Value;
            rows = rows.Where(mismatch => mismatch.Owner == owner);
        }
        if (filter.BatchId is { } batch) rows = rows.Where(mismatch => mismatch.BatchId == batch);
        if (filter.Ids is { } ids) rows = rows.Where(mismatch => ids.Contains(mismatch.MismatchId));
        if (filter.HappenedAfter is { } after) rows = rows.Where(mismatch => mismatch.HappenedAt > after);
        if (filter.HappenedUntil is { } until) rows = rows.Where(mismatch => mismatch.HappenedAt <= until);
        if (filter.FileId is { } file) rows = rows.Where(mismatch => mismatch.FileId == file);
        if (filter.About is { } about) rows = rows.Where(mismatch => mismatch.SourceId == about || mismatch.TransactionId == about || mismatch.CheckoutId == about || mismatch.MismatchId == about);
        return rows;
    }

    private IReadOnlyList<UnreadableRow> Faults(SettlementFile file) =>
        file.Faults is { } faults ? JsonSerializer.Deserialize<List<UnreadableRow>>(cipher.Open(SettlementFile.Table, file.FileId, SettlementGate.FaultsColumn, faults)) ?? [] : [];

    /// <summary>Between the accepted file that ends last before this one and this one.</summary>
    private static async Task<DateGap?> GapAsync(PortalDb db, SettlementFile file, CancellationToken cancellationToken)
    {
        if (file.PeriodFrom is not { } from) return null;
        var before = await db.Set<SettlementFile>().AsNoTracking()
            .Where(one => one.FileId != file.FileId && one.Kind == file.Kind && one.State == SettlementFileState.Accepted && one.PeriodFrom < from)
            .MaxAsync(one => one.PeriodTo, cancellationToken).ConfigureAwait(false);
        return before < from ? new DateGap(before.Value, from) : null;
    }
}
