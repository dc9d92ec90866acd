using System.Collections.Concurrent;
using PaymentPortal.Core.Events;

namespace PaymentPortal.Pages.Live;

/// <summary>
/// Tells open pages of facts as they are published. A page is called at most once a second however much happens, and never on the publisher's
/// own time: a slow or broken page must not hold up the bus.
/// </summary>
public sealed class LiveFeed(TimeProvider time, ILogger<LiveFeed> log) : IEventSubscriber
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Listener, byte> _listeners = new();

    public Task HandleAsync(PortalEvent fact, CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners.Keys)
        {
            if (listener.Wants(fact)) listener.Signal();
        }
        return Task.CompletedTask;
    }

    /// <summary>Dispose the answer when the page goes.</summary>
    public IDisposable Subscribe(Func<PortalEvent, bool> wants, Func<Task> changed)
    {
        var listener = new Listener(this, wants, changed);
        _listeners[listener] = 0;
        return listener;
    }

    private sealed class Listener(LiveFeed feed, Func<PortalEvent, bool> wants, Func<Task> changed) : IDisposable
    {
        private const int Idle = 0;
        private const int Resting = 1;
        private const int Wanted = 2;
        private int _state;

        public bool Wants(PortalEvent fact) => wants(fact);

        /// <summary>Runs now, or once more when the present second is over; any number of facts in between is one run.</summary>
        public void Signal()
        {
            if (Interlocked.Exchange(ref _state, Wanted) == Idle) _ = RunAsync();
        }

        public void Dispose() => feed._listeners.TryRemove(this, out _);

        private async Task RunAsync()
        {
            do
            {
                Interlocked.Exchange(ref _state, Resting);
                try
                {
                    await changed().ConfigureAwait(false);
                }
                catch (ObjectDisposedException)
                {
                    // The circuit closed while the fact was on its way: nobody is left to tell.
                    Dispose();
                    return;
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    Log.RefreshFailed(feed.Logger, error);
                }
                await Task.Delay(Pace, feed.Time).ConfigureAwait(false);
            }
            while (feed._listeners.ContainsKey(this) && Interlocked.CompareExchange(ref _state, Idle, Resting) != Resting);
        }
    }

    private TimeProvider Time => time;

    private ILogger Logger => log;
}
