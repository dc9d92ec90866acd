using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>A POST that was sent and whose outcome nothing has proved yet. <see cref="AbsentSince"/>: the PSP's list was looked at once since, and did not show what it was to make.</summary>
public sealed record UnknownCall(string Item, string Step, DateTimeOffset FirstSentAt, DateTimeOffset? AbsentSince)
{
    /// <summary>How it comes to be known without a person, in words.</summary>
    public string Settles(DateTimeOffset now) => this switch
    {
        { AbsentSince: not null } => "the PSP has said once that it did not happen; when it says so again a minute later, it is sent anew by itself.",
        _ when now - FirstSentAt >= KeyRule.KeyLife => "its key is too old to be sent again, so the PSP's own list is asked by itself.",
        _ => "the same call is repeated by itself under the same key.",
    };

    /// <summary>Those of the items, oldest first.</summary>
    internal static async Task<IReadOnlyList<UnknownCall>> OfAsync(PortalDb db, IReadOnlyCollection<string> items, CancellationToken cancellationToken) =>
        await db.Set<PspCallRow>().AsNoTracking().Where(call => items.Contains(call.Item) && call.EffectProved == null && call.IsUncertain).OrderBy(call => call.FirstSentAt)
            .Select(call => new UnknownCall(call.Item, call.Step, call.FirstSentAt, call.AbsentSince)).ToListAsync(cancellationToken).ConfigureAwait(false);
}

/// <summary>Reads what is not known of one item.</summary>
public sealed class UnknownCalls(IDbContextFactory<PortalDb> databases)
{
    public async Task<IReadOnlyList<UnknownCall>> OfAsync(string item, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await UnknownCall.OfAsync(db, [item], cancellationToken).ConfigureAwait(false);
    }
}
