using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>Which deliveries a list shows. All that is set must hold.</summary>
public sealed record DeliveryFilter(DeliveryState? State = null, string? EndpointId = null, string? EventType = null, string? About = null, MomentRange Created = default);

/// <summary>One line of the list.</summary>
public sealed record DeliveryListRow(WebhookDelivery Delivery, string Url, DateTimeOffset? NextTry);

/// <summary>One try with the merchant's answer opened.</summary>
public sealed record AttemptView(WebhookAttempt Attempt, string? Answer);

/// <summary>Everything about one delivery: what is sent, where, and each try.</summary>
public sealed record DeliveryDetails(WebhookDelivery Delivery, WebhookEndpoint Endpoint, string Body, DateTimeOffset? NextTry, IReadOnlyList<AttemptView> Attempts);

/// <summary>Lists deliveries newest first, in pages by keyset, and reads one with its tries.</summary>
public sealed class WebhookQueries(IDbContextFactory<PortalDb> databases, FieldCipher cipher)
{
    /// <summary>Counting stops one above it.</summary>
    public const int CountCap = 10_000;

    private static readonly TimeSpan IdSlack = TimeSpan.FromMinutes(1);

    public async Task<ListSlice<DeliveryListRow>> ListAsync(DeliveryFilter filter, PagePlace place, int size, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var isBackward = place.IsLast || place.Before is not null;
        var rows = await Walk(Matching(db, filter), place, isBackward).Take(size + 1)
            .Select(delivery => new
            {
                Delivery = delivery,
                Url = db.Set<WebhookEndpoint>().Where(endpoint => endpoint.EndpointId == delivery.EndpointId).Select(endpoint => endpoint.Url).First(),
                NextTry = db.Set<RetryTask>().Where(step => step.Kind == WebhookSendStep.Step && step.SubjectId == delivery.DeliveryId && step.State == TaskState.Due).Select(step => (DateTimeOffset?)step.DueAt).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        var page = rows.Take(size).Select(row => new DeliveryListRow(row.Delivery, row.Url, row.NextTry)).ToList();
        if (isBackward) page.Reverse();
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<DeliveryListRow>(page, hasBefore && page.Count > 0 ? page[0].Delivery.DeliveryId : null, hasAfter && page.Count > 0 ? page[^1].Delivery.DeliveryId : null);
    }

    /// <summary>How many match; one above <see cref="CountCap"/> means more than that.</summary>
    public async Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Matching(db, filter).Take(CountCap + 1).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when there is no such delivery.</summary>
    public async Task<DeliveryDetails?> FindAsync(WebhookDeliveryId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Set<WebhookDelivery>().AsNoTracking().FirstOrDefaultAsync(row => row.DeliveryId == id.Value, cancellationToken).ConfigureAwait(false) is not { } delivery) return null;
        var endpoint = await db.Set<WebhookEndpoint>().AsNoTracking().FirstAsync(row => row.EndpointId == delivery.EndpointId, cancellationToken).ConfigureAwait(false);
        var fact = await db.Set<PortalEvent>().AsNoTracking().FirstAsync(row => row.EventId == delivery.EventId, cancellationToken).ConfigureAwait(false);
        var next = await db.Set<RetryTask>().AsNoTracking().Where(step => step.Kind == WebhookSendStep.Step && step.SubjectId == delivery.DeliveryId && step.State == TaskState.Due)
            .Select(step => (DateTimeOffset?)step.DueAt).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var attempts = await db.Set<WebhookAttempt>().AsNoTracking().Where(row => row.DeliveryId == id.Value).OrderByDescending(row => row.Number).Take(100).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new DeliveryDetails(delivery, endpoint, EventEnvelope.Of(fact).ToJson(), next, [.. attempts.Select(Open)]);
    }

    private AttemptView Open(WebhookAttempt attempt) =>
        new(attempt, attempt.Answer is { } answer ? cipher.Open(AnswerSeal.Table, AnswerSeal.RowOf(attempt.DeliveryId, attempt.Number), AnswerSeal.Column, answer) : null);

    private static IQueryable<WebhookDelivery> Matching(PortalDb db, DeliveryFilter filter)
    {
        var query = db.Set<WebhookDelivery>().AsNoTracking();
        if (filter.State is { } state) query = query.Where(delivery => delivery.State == state);
        if (filter.EndpointId is { } endpoint) query = query.Where(delivery => delivery.EndpointId == endpoint);
        if (filter.EventType is { } type) query = query.Where(delivery => delivery.EventType == type);
        if (filter.About is { } about) query = query.Where(delivery => delivery.AggregateId == about || delivery.EventId == about || delivery.DeliveryId == about);
        if (filter.Created.From is { } from)
        {
            var floor = Ids.Floor<WebhookDeliveryId>(from - IdSlack);
            query = query.Where(delivery => string.Compare(delivery.DeliveryId, floor) >= 0 && delivery.CreatedAt >= from);
        }
        if (filter.Created.To is { } to)
        {
            var ceiling = Ids.Floor<WebhookDeliveryId>(to + IdSlack);
            query = query.Where(delivery => string.Compare(delivery.DeliveryId, ceiling) < 0 && delivery.CreatedAt < to);
        }
        return query;
    }

    private static IQueryable<WebhookDelivery> Walk(IQueryable<WebhookDelivery> query, PagePlace place, bool isBackward)
    {
        if (!isBackward)
        {
            var older = place.After is { } after ? query.Where(delivery => string.Compare(delivery.DeliveryId, after) < 0) : query;
            return older.OrderByDescending(delivery => delivery.DeliveryId);
        }
        var newer = place.Before is { } before ? query.Where(delivery => string.Compare(delivery.DeliveryId, before) > 0) : query;
        return newer.OrderBy(delivery => delivery.DeliveryId);
    }
}
