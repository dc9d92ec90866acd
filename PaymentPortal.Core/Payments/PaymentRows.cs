using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Reads the rows of a page of payments, and the facts from which their shown state follows.</summary>
public sealed class PaymentRows(Buyers buyers)
{
    /// <summary>In the order of <paramref name="ids"/>.</summary>
    internal async Task<IReadOnlyList<PaymentListRow>> ReadAsync(PortalDb db, IReadOnlyList<string> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        var payments = await db.Set<PaymentEvent>().AsNoTracking().Where(payment => ids.Contains(payment.CheckoutId)).ToDictionaryAsync(payment => payment.CheckoutId, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var beside = await ReadBesideAsync(db, payments, cancellationToken).ConfigureAwait(false);
        return [.. ids.Where(payments.ContainsKey).Select(id => Row(payments[id], beside, now))];
    }

    /// <summary>The facts of one payment's state, out of what is known around it.</summary>
    internal static PaymentStateFacts Facts(PaymentEvent payment, IEnumerable<Attempt> attempts, IEnumerable<RetryTask> steps, bool isWithFinance)
    {
        var mine = steps.Where(step => IsOf(payment, step)).ToList();
        var open = attempts.FirstOrDefault(attempt => attempt.AttemptId == payment.Nonce && attempt.State == AttemptState.Open);
        DateTimeOffset over = payment.CancelRequestedAt is { } asked && asked < payment.EndsAt ? asked : payment.EndsAt;
        return new PaymentStateFacts(
            payment.Status, isWithFinance, mine.Any(step => step.State == TaskState.Dead) ? TaskState.Dead : mine.Count > 0 ? TaskState.Due : null,
            mine.Any(step => step is { State: TaskState.Due, LastError: not null }), open is { PspToken: null }, open?.CompletedAt is not null, over, payment.Declines >= payment.DeclineCap);
    }

    /// <summary>Only the current attempt's step counts: an earlier attempt that died is history once the customer has tried again.</summary>
    private static bool IsOf(PaymentEvent payment, RetryTask step) =>
        (step.Kind == PaymentSteps.Attempt && step.SubjectId == payment.Nonce) || (step.Kind == PaymentSteps.CheckoutEnd && step.SubjectId == payment.CheckoutId);

    private static async Task<Beside> ReadBesideAsync(PortalDb db, Dictionary<string, PaymentEvent> payments, CancellationToken cancellationToken)
    {
        var ids = payments.Keys.ToList();
        var nonces = payments.Values.Select(payment => payment.Nonce).OfType<string>().ToList();
        var people = payments.Values.Select(payment => payment.UserId).Distinct().ToList();
        var attempts = await db.Set<Attempt>().AsNoTracking().Where(attempt => ids.Contains(attempt.CheckoutId)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var charges = await db.Set<AttemptCharge>().AsNoTracking().Where(charge => ids.Contains(charge.CheckoutId)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var held = await db.Set<FinanceTask>().AsNoTracking().Where(task => ids.Contains(task.CheckoutId) && task.State == FinanceTaskState.Open).Select(task => task.CheckoutId).ToListAsync(cancellationToken).ConfigureAwait(false);
        var steps = await db.Set<RetryTask>().AsNoTracking()
            .Where(step => (step.Kind == PaymentSteps.Attempt && nonces.Contains(step.SubjectId)) || (step.Kind == PaymentSteps.CheckoutEnd && ids.Contains(step.SubjectId))).ToListAsync(cancellationToken).ConfigureAwait(false);
        var known = await db.Set<Buyer>().AsNoTracking().Where(buyer => people.Contains(buyer.UserId)).ToDictionaryAsync(buyer => buyer.UserId, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var refunded = await db.Set<PaymentOrder>().AsNoTracking().Where(order => ids.Contains(order.CheckoutId) && order.Refunded > 0)
            .GroupBy(order => order.CheckoutId).Select(orders => new { Id = orders.Key, Sum = orders.Sum(order => order.Refunded) }).ToDictionaryAsync(row => row.Id, row => row.Sum, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var disputes = await db.Set<Dispute>().AsNoTracking().Where(dispute => ids.Contains(dispute.CheckoutId)).Select(dispute => new { dispute.CheckoutId, dispute.Status }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Beside(attempts.ToLookup(attempt => attempt.CheckoutId, StringComparer.Ordinal), charges.ToLookup(charge => charge.CheckoutId, StringComparer.Ordinal), [.. held], steps, known, refunded, disputes.ToLookup(dispute => dispute.CheckoutId, dispute => dispute.Status, StringComparer.Ordinal));
    }

    private PaymentListRow Row(PaymentEvent payment, Beside beside, DateTimeOffset now)
    {
        var attempts = beside.Attempts[payment.CheckoutId];
        var charges = beside.Charges[payment.CheckoutId].OrderBy(charge => charge.CreatedAt).ToList();
        var shown = charges.LastOrDefault(charge => charge.IsPaid) ?? charges.LastOrDefault();
        var facts = Facts(payment, attempts, beside.Steps, beside.Held.Contains(payment.CheckoutId));
        return new PaymentListRow(
            new CheckoutId(payment.CheckoutId), new Money(payment.Amount, Currency.Of(payment.Currency)), PaymentStates.Of(facts, now), payment.BuyerAccount, Customer(payment, beside),
            shown?.CardBrand, shown?.CardLast4, payment.Reference, attempts.Count(), payment.Declines,
            shown is { IsPaid: false } ? PspErrorCatalogue.DeclineCode(shown.FailureCode, shown.DeclineCode) : null, payment.CreatedAt, payment.UpdatedAt)
        {
            Return = PaymentReturns.Of(beside.Refunded.GetValueOrDefault(payment.CheckoutId), payment.Amount, beside.Disputes[payment.CheckoutId]),
        };
    }

    private string? Customer(PaymentEvent payment, Beside beside) =>
        beside.People.TryGetValue(payment.UserId, out var buyer) && buyers.OpenEmail(buyer.UserId, buyer.Email) is { } email ? PersonalData.MaskEmail(email) : null;

    private sealed record Beside(
        ILookup<string, Attempt> Attempts, ILookup<string, AttemptCharge> Charges, HashSet<string> Held, IReadOnlyList<RetryTask> Steps, Dictionary<string, Buyer> People,
        Dictionary<string, long> Refunded, ILookup<string, DisputeStatus> Disputes);
}
