using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Ends a checkout whose time is up, or that a person wants over. Once a session exists, only the PSP's word ends it.</summary>
public sealed class CheckoutEndStep(WriteLane lane, PaymentEnding ending) : IRetryHandler
{
    public string Kind => PaymentSteps.CheckoutEnd;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var checkout = new CheckoutId(task.SubjectId);
        var isEarly = await lane.RunAsync(unit => PutOffWhenEarly(unit, task, checkout), cancellationToken).ConfigureAwait(false);
        if (isEarly) return new TaskEnd.Settled();
        var status = await ending.EndAsync(checkout, cancellationToken).ConfigureAwait(false);
        // Reaching a final status removed this task in that unit.
        return status.IsFinal() ? new TaskEnd.Settled() : new TaskEnd.Again("The PSP has not yet said that the session is over.");
    }

    /// <summary>Each Pay moves the end; a task that was claimed meanwhile must not act on the old one.</summary>
    private static bool PutOffWhenEarly(UnitOfWork unit, ClaimedTask task, CheckoutId checkout)
    {
        var payment = PaymentRow.Find(unit, checkout)!;
        if (payment.Status.IsFinal())
        {
            RetryQueue.Finish(unit, task);
            return true;
        }
        if (payment.WantedEnd(unit.Now) is not null) return false;
        RetryQueue.Reschedule(unit, task, payment.EndsAt, error: null, countsAsTry: false);
        return true;
    }
}
