using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>The timers. They keep nothing: what must survive a crash is a row of ours, and the next tick finds it.</summary>
public static class JobsRegistration
{
    public static IServiceCollection AddPortalJobs(this IServiceCollection services)
    {
        // Services stop in the reverse order: this one after the web server, the workers and the timers, when nothing writes any more.
        services.AddHostedService<LastAnchor>();
        services.AddQuartz(quartz =>
        {
            quartz.AddJobListener<JobRunListener>();
            Every<WakeWorkerJob>(quartz, TimeSpan.FromSeconds(1));
            Every<DispatchOutboxJob>(quartz, TimeSpan.FromMilliseconds(500));
            Every<FlushRefusedWebhooksJob>(quartz, TimeSpan.FromSeconds(10));
            Every<CatchUpEventsJob>(quartz, TimeSpan.FromMinutes(15));
            Every<WatchDisputesJob>(quartz, TimeSpan.FromMinutes(10));
            Every<CompareSessionsJob>(quartz, TimeSpan.FromHours(1));
            Every<WatchStuckWorkJob>(quartz, TimeSpan.FromMinutes(5));
            Every<AnchorChainsJob>(quartz, TimeSpan.FromMinutes(1));
            Every<ExpireApprovalsJob>(quartz, TimeSpan.FromMinutes(1));
            Every<SnapshotAccountsJob>(quartz, TimeSpan.FromMinutes(15));
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddHostedService<WorkerHost>();
        services.AddHostedService<ConsumerHost>();
        return services;
    }

    private static void Every<TJob>(IQuartzBuilder quartz, TimeSpan period)
        where TJob : class, IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger.WithIdentity(typeof(TJob).Name).StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(period).RepeatForever()), job => job.WithIdentity(typeof(TJob).Name));
}
