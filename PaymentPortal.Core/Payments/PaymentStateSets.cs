using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// The same rule as <see cref="PaymentStates"/>, as sets that the database can walk by an index: a test holds the two together. A state may be
/// several disjoint sets, each small or in the order of the list, so that no page of any state reads the whole table.
/// </summary>
internal sealed class PaymentStateSets(PortalDb db, DateTimeOffset now)
{
    private readonly DateTimeOffset _overdue = now - PaymentStates.Patience;

    public IEnumerable<IQueryable<PaymentEvent>> Of(IQueryable<PaymentEvent> from, PaymentState state) => state switch
    {
        PaymentState.NeedsAttention => [WithFinance(from), Overdue(from)],
        PaymentState.DeadLettered => [Dead(Running(from))],
        PaymentState.Retrying => [Failing(Running(from))],
        PaymentState.Processing => [Busy(Calm(from))],
        PaymentState.RequiresAction => [Idle(Calm(from))],
        PaymentState.Created => [Free(from, PaymentOrderStatus.NotStarted)],
        PaymentState.Succeeded => [Free(from, PaymentOrderStatus.Success)],
        PaymentState.Failed => [Free(from, PaymentOrderStatus.Failed)],
        PaymentState.Canceled => [Free(from, PaymentOrderStatus.Canceled)],
        PaymentState.Expired => [Free(from, PaymentOrderStatus.Expired)],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown state."),
    };

    private IQueryable<PaymentEvent> WithFinance(IQueryable<PaymentEvent> from)
    {
        var held = db.Set<FinanceTask>().Where(task => task.State == FinanceTaskState.Open).Select(task => task.CheckoutId);
        return from.Where(payment => held.Contains(payment.CheckoutId));
    }

    private IQueryable<PaymentEvent> Free(IQueryable<PaymentEvent> from, PaymentOrderStatus status) =>
        from.Where(payment => payment.Status == status && !db.Set<FinanceTask>().Any(task => task.CheckoutId == payment.CheckoutId && task.State == FinanceTaskState.Open));

    private IQueryable<PaymentEvent> Overdue(IQueryable<PaymentEvent> from) =>
        Free(from, PaymentOrderStatus.Executing).Where(payment => payment.EndsAt <= _overdue || payment.CancelRequestedAt <= _overdue);

    /// <summary>Executing, and not yet so late that a person must look.</summary>
    private IQueryable<PaymentEvent> Running(IQueryable<PaymentEvent> from) =>
        Free(from, PaymentOrderStatus.Executing).Where(payment => payment.EndsAt > _overdue && (payment.CancelRequestedAt == null || payment.CancelRequestedAt > _overdue));

    private IQueryable<PaymentEvent> Dead(IQueryable<PaymentEvent> from) => from.Where(payment => Steps(TaskState.Dead).Any(
        task => (task.Kind == PaymentSteps.Attempt && task.SubjectId == payment.Nonce) || (task.Kind == PaymentSteps.CheckoutEnd && task.SubjectId == payment.CheckoutId)));

    private IQueryable<PaymentEvent> NotDead(IQueryable<PaymentEvent> from) => from.Where(payment => !Steps(TaskState.Dead).Any(
        task => (task.Kind == PaymentSteps.Attempt && task.SubjectId == payment.Nonce) || (task.Kind == PaymentSteps.CheckoutEnd && task.SubjectId == payment.CheckoutId)));

    private IQueryable<PaymentEvent> Failing(IQueryable<PaymentEvent> from) => NotDead(from).Where(payment => Steps(TaskState.Due).Any(
        task => task.LastError != null && ((task.Kind == PaymentSteps.Attempt && task.SubjectId == payment.Nonce) || (task.Kind == PaymentSteps.CheckoutEnd && task.SubjectId == payment.CheckoutId))));

    /// <summary>Running with no step in trouble.</summary>
    private IQueryable<PaymentEvent> Calm(IQueryable<PaymentEvent> from) => NotDead(Running(from)).Where(payment => !Steps(TaskState.Due).Any(
        task => task.LastError != null && ((task.Kind == PaymentSteps.Attempt && task.SubjectId == payment.Nonce) || (task.Kind == PaymentSteps.CheckoutEnd && task.SubjectId == payment.CheckoutId))));

    private IQueryable<PaymentEvent> Busy(IQueryable<PaymentEvent> from) => from.Where(payment =>
        payment.EndsAt <= now || payment.CancelRequestedAt <= now || payment.Declines >= payment.DeclineCap
        || db.Set<Attempt>().Any(attempt => attempt.AttemptId == payment.Nonce && attempt.State == AttemptState.Open && (attempt.PspToken == null || attempt.CompletedAt != null)));

    private IQueryable<PaymentEvent> Idle(IQueryable<PaymentEvent> from) => from.Where(payment =>
        payment.EndsAt > now && (payment.CancelRequestedAt == null || payment.CancelRequestedAt > now) && payment.Declines < payment.DeclineCap
        && !db.Set<Attempt>().Any(attempt => attempt.AttemptId == payment.Nonce && attempt.State == AttemptState.Open && (attempt.PspToken == null || attempt.CompletedAt != null)));

    private IQueryable<RetryTask> Steps(TaskState state) => db.Set<RetryTask>().Where(task => task.State == state);
}
