namespace PaymentPortal.Core.Events;

/// <summary>Carries facts to their consumers, at least once and in order per aggregate. Returning means that every consumer or the broker has them.</summary>
public interface IEventBus
{
    Task PublishAsync(IReadOnlyList<PortalEvent> facts, CancellationToken cancellationToken);
}

/// <summary>A consumer of facts inside this process. It may see a fact twice and must not fail for it.</summary>
public interface IEventSubscriber
{
    Task HandleAsync(PortalEvent fact, CancellationToken cancellationToken);
}

/// <summary>The embedded bus: hands each fact to every subscriber in turn.</summary>
public sealed class InProcessEventBus(IEnumerable<IEventSubscriber> subscribers) : IEventBus
{
    private readonly IEventSubscriber[] _subscribers = [.. subscribers];

    public async Task PublishAsync(IReadOnlyList<PortalEvent> facts, CancellationToken cancellationToken)
    {
        foreach (var fact in facts)
        {
            foreach (var subscriber in _subscribers) await subscriber.HandleAsync(fact, cancellationToken).ConfigureAwait(false);
        }
    }
}
