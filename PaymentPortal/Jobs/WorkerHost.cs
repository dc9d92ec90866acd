using PaymentPortal.Core.Retries;

namespace PaymentPortal.Jobs;

/// <summary>Keeps the retry worker running for the life of the process; at the end it waits for the tries that have begun.</summary>
public sealed class WorkerHost(RetryWorker worker, RetryPolicies policies) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await policies.LoadAsync(cancellationToken);
        await worker.TakeOverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
