using PaymentPortal.Core.Events;

namespace PaymentPortal.Jobs;

/// <summary>Keeps the consumers of facts reading for the life of the process.</summary>
public sealed class ConsumerHost(FactPump pump) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => pump.RunAsync(stoppingToken);
}
