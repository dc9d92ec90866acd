using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Retries;
using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>One timer: its name for people, how often it fires, and what it runs.</summary>
internal sealed record TimerWork(string Name, TimeSpan Period, Func<IServiceProvider, CancellationToken, Task> RunAsync)
{
    /// <summary>A run that takes longer hangs: it is cancelled, because the next waits for it.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>All timers. They keep nothing: what must survive a crash is a row of ours, and the next tick finds it.</summary>
internal static class Timers
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    public static IReadOnlyList<TimerWork> All { get; } =
    [
        // Steps whose time has come, also those of a process that died.
        Of<RetryWorker>("Wake the worker", TimeSpan.FromSeconds(1), (worker, _) => Told(worker.Wake)),
        Of<FactPump>("Wake the consumers of facts", TimeSpan.FromSeconds(1), (pump, _) => Told(pump.Wake)),
        Of<PspReturn>("Bring back what waits for the PSP", TimeSpan.FromSeconds(1), (back, stop) => back.WakeAsync(stop)),
        Of<OutboxDispatcher>("Dispatch the outbox", TimeSpan.FromMilliseconds(500), (dispatcher, stop) => dispatcher.DispatchAsync(stop)),
        Of<RefusedWebhooks>("Count refused webhooks", TimeSpan.FromSeconds(10), (refused, stop) => refused.FlushAsync(stop)),
        // After a long absence these two read days of lists.
        Of<EventCatchUp>("Catch up on the PSP's events", TimeSpan.FromMinutes(15), (catchUp, stop) => catchUp.RunAsync(stop)) with { Deadline = Long },
        Of<SessionComparison>("Compare the PSP's sessions", TimeSpan.FromHours(1), (comparison, stop) => comparison.RunAsync(stop)) with { Deadline = Long },
        Of<StuckWork>("Watch for stuck work", TimeSpan.FromMinutes(5), (stuck, stop) => stuck.WatchAsync(stop)),
        Of<DisputeWatch>("Watch the disputes' due dates", TimeSpan.FromMinutes(10), (watch, stop) => watch.RunAsync(stop)),
        Of<PayoutSchedules>("Ask for scheduled payouts", TimeSpan.FromMinutes(1), (schedules, stop) => schedules.RunAsync(stop)),
        Of<Approvals>("End approvals in time", TimeSpan.FromMinutes(1), (approvals, stop) => approvals.ExpireAsync(stop)),
        // Once a day is over; and what time makes of what was found.
        Of<SettlementReports>("Order the PSP's settlement reports", TimeSpan.FromHours(1), (reports, stop) => reports.RunAsync(stop)),
        // So that a cut-off tail or an older copy of the database shows.
        Of<ChainAnchors>("Anchor the chains", TimeSpan.FromMinutes(1), (anchors, stop) => anchors.WriteAsync(stop)),
        // After the anchors: tampering with recent rows shows within a minute.
        Of<IntegrityWatch>("Verify the books", TimeSpan.FromSeconds(20), (watch, stop) => watch.PassAsync(stop)) with { Deadline = Long },
        Of<Resealer>("Seal anew under the newest key", TimeSpan.FromSeconds(10), (resealer, stop) => resealer.PassAsync(stop)),
        // So that a balance is a snapshot plus the postings after it.
        Of<AccountSnapshots>("Sum the accounts", TimeSpan.FromMinutes(15), (snapshots, stop) => snapshots.SnapshotAsync(stop)) with { Deadline = Long },
    ];

    private static TimerWork Of<TPart>(string name, TimeSpan period, Func<TPart, CancellationToken, Task> runAsync)
        where TPart : notnull => new(name, period, (services, stop) => runAsync(services.GetRequiredService<TPart>(), stop));

    private static Task Told(Action wake)
    {
        wake();
        return Task.CompletedTask;
    }
}

/// <summary>Runs the timer that its key names, up to its deadline; one run of a timer at a time.</summary>
[DisallowConcurrentExecution]
internal sealed class TimerJob(IServiceProvider services, IEnumerable<TimerWork> timers, TimeProvider time) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var timer = timers.Single(timer => timer.Name == context.JobDetail.Key.Name);
        using var deadline = new CancellationTokenSource(timer.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await timer.RunAsync(services, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {timer.Deadline.TotalMinutes:0.#} minutes and was cancelled.");
        }
    }
}
