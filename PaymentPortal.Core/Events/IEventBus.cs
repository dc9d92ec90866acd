using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Events;

/// <summary>
/// Carries facts out of the outbox, at least once and in order per aggregate. Returning means that they are where every consumer finds them: with a
/// broker, that it has confirmed them; embedded, nothing more is needed, because consumers read the outbox itself by position.
/// </summary>
public interface IEventBus
{
    Task PublishAsync(IReadOnlyList<PortalEvent> facts, CancellationToken cancellationToken);
}

/// <summary>Somebody in this process who wants to hear of facts at once and loses nothing when he misses one: an open page, a test. Effects belong to an <see cref="IFactConsumer"/>.</summary>
public interface IEventSubscriber
{
    Task HandleAsync(PortalEvent fact, CancellationToken cancellationToken);
}

/// <summary>The embedded bus: tells the listeners of this process. One that fails is logged and holds nobody else back.</summary>
public sealed class InProcessEventBus(IEnumerable<IEventSubscriber> subscribers, ILogger<InProcessEventBus> log) : IEventBus
{
    private readonly IEventSubscriber[] _subscribers = [.. subscribers];

    public async Task PublishAsync(IReadOnlyList<PortalEvent> facts, CancellationToken cancellationToken)
    {
        foreach (var fact in facts)
        {
            foreach (var subscriber in _subscribers) await TellAsync(subscriber, fact, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(IEventSubscriber subscriber, PortalEvent fact, CancellationToken cancellationToken)
    {
        try
        {
            await subscriber.HandleAsync(fact, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ListenerFailed(log, subscriber.GetType().Name, fact.EventId, error);
        }
    }
}
