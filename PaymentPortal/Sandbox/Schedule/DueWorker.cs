namespace PaymentPortal.Sandbox.Schedule;

/// <summary>Runs due work also while no request asks for it.</summary>
public sealed class DueWorker(DueWork work, ILogger<DueWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await work.RunAsync();
            }
            catch (Microsoft.Data.Sqlite.SqliteException error)
            {
                // A full or locked disk may be well again at the next tick; the timers are still in the file.
                Log.DueWorkFailed(logger, error);
            }
        }
    }
}
