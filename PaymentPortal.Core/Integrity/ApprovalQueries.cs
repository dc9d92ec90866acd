using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Which approvals a list shows.</summary>
public enum ApprovalView
{
    /// <summary>Pending, and asked for by somebody else.</summary>
    Mine,

    /// <summary>Asked for by the reader.</summary>
    Asked,

    All,
}

/// <summary>Which approvals are meant. All that is set must hold; only the kinds that are asked for are seen.</summary>
/// <param name="Person">Who reads: the id of a staff account.</param>
/// <param name="AtLeast">In minor units of <paramref name="Currency"/>, as <paramref name="AtMost"/> is.</param>
/// <param name="Maker">The actor who asked; of a member of staff also what an API key of his asked for.</param>
public sealed record ApprovalFilter(
    ApprovalView View, string Person, IReadOnlyCollection<string> Kinds, string? Currency = null, long? AtLeast = null, long? AtMost = null, string? Maker = null);

/// <summary>Reads approvals beside the lane.</summary>
public sealed partial class ApprovalQueries(IDbContextFactory<PortalDb> databases, StaffNames staff)
{
    public async Task<IReadOnlyList<Approval>> ListAsync(ApprovalFilter filter, string? before, int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = Of(db, filter);
        if (before is not null) rows = rows.Where(row => string.Compare(row.ApprovalId, before) < 0);
        return await NameAsync(db, await rows.OrderByDescending(row => row.ApprovalId).Take(limit).ToListAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> CountAsync(ApprovalFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Of(db, filter).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those of the ids that the view holds, newest first.</summary>
    public async Task<IReadOnlyList<Approval>> OfIdsAsync(ApprovalFilter filter, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await Of(db, filter).Where(row => ids.Contains(row.ApprovalId)).OrderByDescending(row => row.ApprovalId).ToListAsync(cancellationToken).ConfigureAwait(false);
        return await NameAsync(db, rows, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Approval?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Set<Approval>().AsNoTracking().Where(row => row.ApprovalId == id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return (await NameAsync(db, rows, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>The newest approval about a subject; null when nobody was ever asked.</summary>
    public async Task<Approval?> OfSubjectAsync(string kind, string subjectId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<Approval>().AsNoTracking().Where(row => row.Kind == kind && row.SubjectId == subjectId).OrderByDescending(row => row.ApprovalId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who a title is about is kept as the actor that he is in histories: it stays as it was asked for, and says nothing about a person.</summary>
    private async Task<IReadOnlyList<Approval>> NameAsync(PortalDb db, List<Approval> rows, CancellationToken cancellationToken)
    {
        var about = rows.Where(row => ActorText().IsMatch(row.Shown.Title)).ToList();
        List<string> ids = [.. about.SelectMany(row => ActorText().Matches(row.Shown.Title)).Select(match => match.Groups["id"].Value).Distinct()];
        var names = await staff.NamesAsync(db, ids, cancellationToken).ConfigureAwait(false);
        foreach (var row in about) row.ShowAs(ActorText().Replace(row.Shown.Title, match => names.GetValueOrDefault(match.Groups["id"].Value) ?? match.Value));
        return rows;
    }

    [GeneratedRegex(Actor.StaffPrefix + "(?<id>[A-Za-z0-9_]+)")]
    private static partial Regex ActorText();

    private static IQueryable<Approval> Of(PortalDb db, ApprovalFilter filter)
    {
        var (person, kinds) = (filter.Person, filter.Kinds);
        var rows = db.Set<Approval>().AsNoTracking().Where(row => kinds.Contains(row.Kind));
        if (filter.Currency is { } currency) rows = rows.Where(row => row.Currency == currency);
        if (filter.AtLeast is { } least) rows = rows.Where(row => row.Amount >= least);
        if (filter.AtMost is { } most) rows = rows.Where(row => row.Amount <= most);
        if (filter.Maker is { } maker)
        {
            var behind = maker.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal) ? maker[Actor.StaffPrefix.Length..] : null;
            rows = rows.Where(row => row.Maker == maker || (behind != null && row.MakerPerson == behind));
        }
        return filter.View switch
        {
            // Only what the reader's roles may decide, and never his own.
            ApprovalView.Mine => rows.Where(row => row.State == ApprovalState.Pending && row.MakerPerson != person),
            ApprovalView.Asked => rows.Where(row => row.MakerPerson == person),
            ApprovalView.All => rows,
        };
    }
}
