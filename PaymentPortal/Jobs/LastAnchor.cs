using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Jobs;

/// <summary>Anchors the chains once more at shutdown, so that an orderly stop leaves no row unproved.</summary>
public sealed class LastAnchor(ChainAnchors anchors) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => anchors.WriteAsync(cancellationToken);
}
