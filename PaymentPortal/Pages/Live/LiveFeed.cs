using System.Collections.Concurrent;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Live;

/// <summary>
/// Tells open pages of facts as they are published, and of work that changed: dead letters, retries, deliveries, checks of the books. A page is called at most once a second however much happens, and never on the publisher's
/// own time: a slow or broken page must not hold up the bus.
/// </summary>
public sealed class LiveFeed : IEventSubscriber
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly string[] Topics = [DeadLetters.Changed, RetryQueue.Changed, WebhookDesk.Changed, IntegrityResults.Changed];
    private readonly ConcurrentDictionary<Listener, byte> _listeners = new();
    private readonly TimeProvider _time;
    private readonly ILogger<LiveFeed> _log;

    public LiveFeed(TimeProvider time, WriteLane lane, ILogger<LiveFeed> log)
    {
        (_time, _log) = (time, log);
        foreach (var topic in Topics) lane.Listen(topic, () => Changed(topic));
    }

    public Task HandleAsync(PortalEvent fact, CancellationToken cancellationToken)
    {
        foreach (var listener in _listeners.Keys)
        {
            if (listener.Wants(fact)) listener.Signal();
        }
        return Task.CompletedTask;
    }

    /// <summary>Dispose the answer when the page goes.</summary>
    public IDisposable Subscribe(Func<PortalEvent, bool> wants, Func<Task> changed) => Add(new Listener(this, wants, topics: [], changed));

    /// <summary>The same for work that changed: one or more of the signals that the engine's folders name.</summary>
    public IDisposable SubscribeTo(IReadOnlyList<string> topics, Func<Task> changed) => Add(new Listener(this, wants: _ => false, topics, changed));

    private Listener Add(Listener listener)
    {
        _listeners[listener] = 0;
        return listener;
    }

    private void Changed(string topic)
    {
        foreach (var listener in _listeners.Keys)
        {
            if (listener.Wants(topic)) listener.Signal();
        }
    }

    private sealed class Listener(LiveFeed feed, Func<PortalEvent, bool> wants, IReadOnlyList<string> topics, Func<Task> changed) : IDisposable
    {
        private const int Idle = 0;
        private const int Resting = 1;
        private const int Wanted = 2;
        private int _state;

        public bool Wants(PortalEvent fact) => wants(fact);

        public bool Wants(string topic) => topics.Contains(topic);

        /// <summary>Runs now, or once more when the present second is over; any number of facts in between is one run.</summary>
        public void Signal()
        {
            // Never on the caller's thread: a page draws itself in the call when it is idle, and the write lane would wait for it.
            if (Interlocked.Exchange(ref _state, Wanted) == Idle) _ = Task.Run(RunAsync);
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
                    Log.RefreshFailed(feed._log, error);
                }
                await Task.Delay(Pace, feed._time).ConfigureAwait(false);
            }
            while (feed._listeners.ContainsKey(this) && Interlocked.CompareExchange(ref _state, Idle, Resting) != Resting);
        }
    }
}
