using System.Collections.Concurrent;
using System.Security.Cryptography;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Events;

/// <summary>
/// Hands due deliveries to the sender, many at a time, as the PSP does: order is not promised. What is under way is known in memory only,
/// so a killed process sends it once more, never not at all.
/// </summary>
public sealed class WebhookWorker : BackgroundService
{
    private const int AtOnce = 32;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly SandboxStore _store;
    private readonly WebhookSender _sender;
    private readonly FaultBoard _faults;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookWorker> _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ConcurrentDictionary<long, bool> _underWay = [];

    public WebhookWorker(SandboxStore store, WebhookSender sender, FaultBoard faults, TimeProvider clock, ILogger<WebhookWorker> logger)
    {
        (_store, _sender, _faults, _clock, _logger) = (store, sender, faults, clock, logger);
        store.Committed += Wake;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _store.Committed -= Wake;
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var room = AtOnce - _underWay.Count;
            if (room <= 0 || TryStart(room, stoppingToken) == 0)
            {
                await _wake.WaitAsync(Pace, stoppingToken);
            }
        }
    }

    private int TryStart(int room, CancellationToken stopping)
    {
        try
        {
            return Start(room, stopping);
        }
        catch (Microsoft.Data.Sqlite.SqliteException error)
        {
            Log.DeliveriesStuck(_logger, error);
            return 0;
        }
    }

    private int Start(int room, CancellationToken stopping)
    {
        // Those under way are still due in the file, so ask for enough to see past them.
        var due = _store.Read(db => Deliveries.Due(db, _clock.GetUtcNow(), AtOnce + room)).Where(next => !_underWay.ContainsKey(next.Seq)).ToArray();
        if (_faults.Settings.Webhooks.Shuffle)
        {
            RandomNumberGenerator.Shuffle(due.AsSpan());
        }

        foreach (var delivery in due.Take(room))
        {
            // Added before it starts, for it may end at once.
            _underWay[delivery.Seq] = true;
            _ = SendAsync(delivery, stopping);
        }

        return Math.Min(room, due.Length);
    }

    private async Task SendAsync(Delivery delivery, CancellationToken stopping)
    {
        try
        {
            await _sender.SendAsync(delivery, stopping);
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or ObjectDisposedException)
        {
            // Still pending in the file; the pause keeps a full disk from turning into a storm of repeats.
            Log.DeliveriesStuck(_logger, error);
            await Task.Delay(Pace, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the row is still pending and goes out after the next start.
        }
        finally
        {
            _underWay.TryRemove(delivery.Seq, out _);
            Wake();
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it in between.
            }
        }
    }
}
