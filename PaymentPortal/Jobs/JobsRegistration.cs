using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>Starts the timers, the worker and the consumers.</summary>
public static class JobsRegistration
{
    public static IServiceCollection AddPortalJobs(this IServiceCollection services)
    {
        // Services stop in the reverse order: this one after the web server, the workers and the timers, when nothing writes any more.
        services.AddHostedService<LastAnchor>();
        services.AddQuartz(quartz =>
        {
            quartz.AddJobListener<JobRunListener>();
            foreach (var timer in Timers.All)
            {
                quartz.ScheduleJob<TimerJob>(
                    trigger => trigger.WithIdentity(timer.Name).StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(timer.Period).RepeatForever()), job => job.WithIdentity(timer.Name));
            }
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddHostedService<WorkerHost>();
        services.AddHostedService<ConsumerHost>();
        return services;
    }
}
