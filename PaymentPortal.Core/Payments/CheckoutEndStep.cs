using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Ends a checkout whose time is up, or that a person wants over. Once a session exists, only the PSP's word ends it.</summary>
public sealed class CheckoutEndStep(WriteLane lane, IPaymentServiceProvider psp, PaymentEnding ending) : IRetryHandler
{
    public string Kind => PaymentSteps.CheckoutEnd;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var checkout = new CheckoutId(task.SubjectId);
        var isEarly = await lane.RunAsync(unit => PutOffWhenEarly(unit, task, checkout), cancellationToken).ConfigureAwait(false);
        if (isEarly) return new TaskEnd.Settled();
        var ended = await ending.EndAsync(checkout, cancellationToken).ConfigureAwait(false);
        // Reaching a final status removed this task in that unit.
        return ended.Status.IsFinal() ? new TaskEnd.Settled()
            : ended.Trouble ?? PspTrouble.NotReady(psp.Name, RetryOperations.EndCheckout, "psp_word_missing", "The PSP has not yet said that the session is over.", MoneyEffect.Unknown);
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
        RetryQueue.PutOff(unit, task, payment.EndsAt);
        return true;
    }
}
