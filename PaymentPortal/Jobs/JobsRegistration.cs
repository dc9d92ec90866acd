using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>Starts the timers, the worker and the consumers.</summary>
public static class JobsRegistration
{
    public static IServiceCollection AddPortalJobs(this IServiceCollection services, TimeProvider time)
    {
        // Services stop in the reverse order: this one after the web server, the workers and the timers, when nothing writes any more.
        services.AddHostedService<LastAnchor>();
        services.AddTimers(Timers.All, time);
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddHostedService<WorkerHost>();
        services.AddHostedService<ConsumerHost>();
        return services;
    }

    /// <summary>A trigger for each; what they do is theirs.</summary>
    internal static void AddTimers(this IServiceCollection services, IReadOnlyList<TimerWork> timers, TimeProvider time)
    {
        var steady = new SteadyTime(time);
        services.AddSingleton(steady);
        foreach (var timer in timers) services.AddSingleton(timer);
        services.AddQuartz(JobBoard.Scheduler, quartz =>
        {
            quartz.UseTimeProvider(steady);
            quartz.AddJobListener<JobRunListener>();
            foreach (var timer in timers)
            {
                quartz.ScheduleJob<TimerJob>(
                    trigger => trigger.WithIdentity(timer.Name).StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(timer.Period).RepeatForever()), job => job.WithIdentity(timer.Name));
            }
        });
    }
}
