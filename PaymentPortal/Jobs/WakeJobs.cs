using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>Wakes the workers so that steps and parked facts whose time has come are found, also those of a process that died.</summary>
[DisallowConcurrentExecution]
public sealed class WakeWorkerJob(RetryWorker worker, FactPump pump, PspReturn back) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        worker.Wake();
        pump.Wake();
        await back.WakeAsync(cancellationToken);
    }
}

/// <summary>Publishes the facts that wait in the outbox.</summary>
[DisallowConcurrentExecution]
public sealed class DispatchOutboxJob(OutboxDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await dispatcher.DispatchAsync(cancellationToken);
}

/// <summary>Writes down how many webhooks were turned away.</summary>
[DisallowConcurrentExecution]
public sealed class FlushRefusedWebhooksJob(RefusedWebhooks refused) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await refused.FlushAsync(cancellationToken);
}

/// <summary>Takes events from the PSP's list that never came by webhook.</summary>
[DisallowConcurrentExecution]
public sealed class CatchUpEventsJob(EventCatchUp catchUp) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await catchUp.RunAsync(cancellationToken);
}

/// <summary>Holds the PSP's sessions against our books, in both directions.</summary>
[DisallowConcurrentExecution]
public sealed class CompareSessionsJob(SessionComparison comparison) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await comparison.RunAsync(cancellationToken);
}

/// <summary>Raises the alarm for work that nothing will move.</summary>
[DisallowConcurrentExecution]
public sealed class WatchStuckWorkJob(StuckWork stuck) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await stuck.WatchAsync(cancellationToken);
}

/// <summary>Writes the heads of the chains to the file outside the database, so that a cut-off tail or an older copy shows.</summary>
[DisallowConcurrentExecution]
public sealed class AnchorChainsJob(ChainAnchors anchors) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await anchors.WriteAsync(cancellationToken);
}

/// <summary>Ends approvals that nobody decided in time, so that what they held is given back.</summary>
[DisallowConcurrentExecution]
public sealed class ExpireApprovalsJob(Approvals approvals) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await approvals.ExpireAsync(cancellationToken);
}

/// <summary>Sums the system accounts up to now, so that a balance is a snapshot plus the postings after it.</summary>
[DisallowConcurrentExecution]
public sealed class SnapshotAccountsJob(AccountSnapshots snapshots) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await snapshots.SnapshotAsync(cancellationToken);
}

/// <summary>Looks for disputes whose events never came, and warns of those whose time for evidence runs out.</summary>
[DisallowConcurrentExecution]
public sealed class WatchDisputesJob(DisputeWatch watch) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await watch.RunAsync(cancellationToken);
}
