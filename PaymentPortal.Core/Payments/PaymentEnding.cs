using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>The status after a try to end a checkout, and what kept the PSP's word away when it is not final.</summary>
public readonly record struct EndResult(PaymentOrderStatus Status, TaskEnd? Trouble = null);

/// <summary>
/// Brings a checkout that should be over to its end: at once when nothing can have been paid, by the PSP's word when a session exists.
/// </summary>
public sealed class PaymentEnding(WriteLane lane, PaymentMover mover, PaymentStatusCheck check)
{
    /// <summary>The status after this try; not final while the PSP's word is awaited.</summary>
    public async Task<EndResult> EndAsync(CheckoutId checkout, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("end-before");
        var (status, session) = await lane.RunAsync(unit => EndWithoutSession(unit, checkout), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("end-after");
        if (session is not { } attempt) return new EndResult(status);
        var look = await check.CheckAsync(attempt, finish: null, cancellationToken).ConfigureAwait(false);
        return new EndResult((await lane.RunAsync(unit => PaymentRow.Find(unit, checkout)!, cancellationToken).ConfigureAwait(false)).Status, look.Trouble);
    }

    private (PaymentOrderStatus Status, AttemptId? Session) EndWithoutSession(UnitOfWork unit, CheckoutId checkout)
    {
        var payment = PaymentRow.Find(unit, checkout)!;
        if (payment.Status.IsFinal() || payment.WantedEnd(unit.Now) is not { } cause) return (payment.Status, null);
        // Money was paid that the orders can neither take nor be without: a person decides before anything ends.
        if (payment.HeldForFinance(unit).Any(kind => kind != FinanceTaskKind.LateSuccess)) return (payment.Status, null);
        if (AttemptRow.FindOpen(unit, checkout) is { } attempt)
        {
            if (attempt.PspToken is not null) return (payment.Status, attempt.Id);
            // The buyer never got an address to pay at. Its step goes on, to expire a session that turns up later.
            AttemptRow.End(unit, attempt.Id, AttemptState.Abandoned);
            RetryQueue.Add(unit, PaymentSteps.Attempt, attempt.Id.Value, unit.Now);
        }
        return (mover.Move(unit, payment, cause, Actor.Program("checkout-end")).Status, null);
    }
}
