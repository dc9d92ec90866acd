using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Reads everything about one payment, on one snapshot, so that its parts never tell two different stories.</summary>
public sealed class PaymentDetailsQuery(IDbContextFactory<PortalDb> databases, PspTalk talk, Buyers buyers, StaffNames staff, PaymentNotes notes, PaymentSettings settings, TimeProvider time)
{
    private const int MaxNotices = 200;
    private const int MaxActs = 200;
    private const int MaxReturns = 500;

    /// <summary>Null when there is no such payment.</summary>
    public async Task<PaymentDetails?> FindAsync(CheckoutId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var payment = await db.Set<PaymentEvent>().AsNoTracking().FirstOrDefaultAsync(row => row.CheckoutId == id.Value, cancellationToken).ConfigureAwait(false);
        if (payment is null) return null;
        var now = time.GetUtcNow();
        var attempts = await db.Set<Attempt>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
        var charges = await db.Set<AttemptCharge>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.CreatedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
        var tasks = await db.Set<FinanceTask>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.CreatedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
        var steps = await StepsAsync(db, id.Value, attempts, cancellationToken).ConfigureAwait(false);
        var history = await db.Set<PaymentHistoryLine>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        var acts = await ActsAsync(db, id.Value, tasks, cancellationToken).ConfigureAwait(false);
        var written = await db.Set<PaymentNote>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.NoteId).Take(MaxActs).ToListAsync(cancellationToken).ConfigureAwait(false);
        var refunds = await db.Set<Refund>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.RefundId).Take(MaxReturns).ToListAsync(cancellationToken).ConfigureAwait(false);
        var disputes = await db.Set<Dispute>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.DisputeId).ToListAsync(cancellationToken).ConfigureAwait(false);
        List<string> returns = [.. refunds.Select(refund => refund.RefundId), .. disputes.Select(dispute => dispute.DisputeId)];
        var moves = await db.Set<ReturnHistoryLine>().AsNoTracking().Where(line => returns.Contains(line.ItemId)).OrderBy(line => line.At).ThenBy(line => line.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        var facts = PaymentRows.Facts(payment, attempts, steps, tasks.Any(task => task.State == FinanceTaskState.Open));
        return new PaymentDetails(
            payment,
            PaymentStates.Of(facts, now),
            await db.Set<PaymentOrder>().AsNoTracking().Where(row => row.CheckoutId == id.Value).OrderBy(row => row.Line).ToListAsync(cancellationToken).ConfigureAwait(false),
            attempts,
            charges,
            history,
            await talk.ListAsync(db, id, cancellationToken).ConfigureAwait(false),
            await NoticesAsync(db, attempts, [.. charges.Select(charge => charge.ChargeId), .. refunds.Select(refund => refund.PspRefundId).OfType<string>(), .. disputes.Select(dispute => dispute.PspDisputeId)], cancellationToken).ConfigureAwait(false),
            await EntriesAsync(db, id.Value, cancellationToken).ConfigureAwait(false),
            steps,
            tasks,
            acts,
            await BuyerAsync(db, payment, cancellationToken).ConfigureAwait(false),
            await StaffAsync(db, history.Select(line => line.Actor).Concat(acts.Select(act => act.Actor)).Concat(moves.Select(move => move.Actor)).Concat(written.Select(note => note.Author)), cancellationToken).ConfigureAwait(false),
            $"{settings.PublicBaseAddress()}/pay/{payment.LinkKey}",
            now)
        {
            Notes = [.. written.Select(notes.Open)],
            Deliveries = await DeliveriesAsync(db, id.Value, attempts, cancellationToken).ConfigureAwait(false),
            UnknownCalls = await UnknownCall.OfAsync(db, [.. attempts.Select(attempt => attempt.AttemptId)], cancellationToken).ConfigureAwait(false),
            Refunds = refunds,
            Disputes = disputes,
            ReturnMoves = moves,
            DeadReturns = await db.Set<RetryTask>().AsNoTracking().Where(step => step.State == TaskState.Dead && returns.Contains(step.SubjectId)).OrderBy(step => step.DueAt).ToListAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    private static async Task<IReadOnlyList<RetryTask>> StepsAsync(PortalDb db, string id, List<Attempt> attempts, CancellationToken cancellationToken)
    {
        var nonces = attempts.Select(attempt => attempt.AttemptId).ToList();
        return await db.Set<RetryTask>().AsNoTracking()
            .Where(step => (step.Kind == PaymentSteps.Attempt && nonces.Contains(step.SubjectId)) || (step.Kind == PaymentSteps.CheckoutEnd && step.SubjectId == id))
            .OrderBy(step => step.DueAt).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<PaymentDelivery>> DeliveriesAsync(PortalDb db, string id, List<Attempt> attempts, CancellationToken cancellationToken)
    {
        List<string> about = [id, .. attempts.Select(attempt => attempt.AttemptId)];
        return await db.Set<WebhookDelivery>().AsNoTracking().Where(delivery => about.Contains(delivery.AggregateId)).OrderByDescending(delivery => delivery.DeliveryId).Take(MaxNotices)
            .Join(db.Set<WebhookEndpoint>(), delivery => delivery.EndpointId, endpoint => endpoint.EndpointId, (delivery, endpoint) => new PaymentDelivery(
                delivery.DeliveryId, delivery.EventType, endpoint.Url, delivery.State, delivery.Tries, delivery.LastStatus, delivery.LastError, delivery.CreatedAt))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<PaymentNotice>> NoticesAsync(PortalDb db, List<Attempt> attempts, List<string> others, CancellationToken cancellationToken)
    {
        var nonces = attempts.Select(attempt => attempt.AttemptId).ToList();
        List<string> objects = [.. attempts.Select(attempt => attempt.PspToken).OfType<string>(), .. attempts.Select(attempt => attempt.IntentId).OfType<string>(), .. others];
        var rows = await db.Set<InboxEvent>().AsNoTracking()
            .Where(row => (row.AttemptId != null && nonces.Contains(row.AttemptId)) || objects.Contains(row.ObjectId))
            .OrderBy(row => row.ReceivedAt).Take(MaxNotices)
            .Select(row => new { row.EventId, row.Type, row.ObjectId, row.State, row.CreatedAt, row.ReceivedAt, row.AppliedAt, row.Deliveries })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new PaymentNotice(row.EventId, row.Type, row.ObjectId, row.State, row.CreatedAt, row.ReceivedAt, row.AppliedAt, row.Deliveries))];
    }

    private static async Task<IReadOnlyList<PaymentEntry>> EntriesAsync(PortalDb db, string id, CancellationToken cancellationToken)
    {
        var rows = await db.Set<EntryRow>().AsNoTracking().Include(row => row.Postings).Where(row => row.CheckoutId == id).OrderBy(row => row.Seq).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new PaymentEntry(
            new JournalEntryId(row.EntryId), row.Kind, row.SourceId, row.PostedAt, row.EffectiveAt, row.Memo,
            [.. row.Postings.OrderBy(line => line.Line).Select(line => new PaymentEntryLine(line.Account, new Money(line.Amount, Currency.Of(line.Currency))))]))];
    }

    private static async Task<IReadOnlyList<PaymentAct>> ActsAsync(PortalDb db, string id, List<FinanceTask> tasks, CancellationToken cancellationToken)
    {
        List<string> objects = [id, .. tasks.Select(task => task.SessionId)];
        var rows = await db.Set<AuditRow>().AsNoTracking().Where(row => objects.Contains(row.ObjectId)).OrderByDescending(row => row.Seq).Take(MaxActs)
            .Select(row => new PaymentAct(row.Seq, row.At, row.Actor, row.Action, row.Reason)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.OrderBy(act => act.Seq)];
    }

    private Task<IReadOnlyDictionary<string, string>> StaffAsync(PortalDb db, IEnumerable<string> actors, CancellationToken cancellationToken)
    {
        List<string> ids = [.. actors.Where(actor => actor.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal)).Select(actor => actor[Actor.StaffPrefix.Length..]).Distinct()];
        return staff.NamesAsync(db, ids, cancellationToken);
    }

    private async Task<BuyerView> BuyerAsync(PortalDb db, PaymentEvent payment, CancellationToken cancellationToken)
    {
        var buyer = await db.Set<Buyer>().AsNoTracking().FirstOrDefaultAsync(row => row.UserId == payment.UserId, cancellationToken).ConfigureAwait(false);
        var (name, email) = buyer is null ? (null, null) : (buyers.OpenName(buyer.UserId, buyer.UserName), buyers.OpenEmail(buyer.UserId, buyer.Email));
        return new BuyerView(payment.UserId, payment.BuyerAccount, name is null ? null : PersonalData.MaskName(name), email is null ? null : PersonalData.MaskEmail(email), IsRevealed: false);
    }
}
