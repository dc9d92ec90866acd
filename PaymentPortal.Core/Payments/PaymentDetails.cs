using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>Everything that is known of one payment, as it was at one moment: the one screen on which a person sees what happened to it.</summary>
public sealed record PaymentDetails(
    PaymentEvent Payment,
    PaymentState State,
    IReadOnlyList<PaymentOrder> Orders,
    IReadOnlyList<Attempt> Attempts,
    IReadOnlyList<AttemptCharge> Charges,
    IReadOnlyList<PaymentHistoryLine> History,
    IReadOnlyList<PspTalkLine> Talk,
    IReadOnlyList<PaymentNotice> Notices,
    IReadOnlyList<PaymentEntry> Entries,
    IReadOnlyList<RetryTask> Steps,
    IReadOnlyList<FinanceTask> FinanceTasks,
    IReadOnlyList<PaymentAct> Acts,
    BuyerView Buyer,
    IReadOnlyDictionary<string, string> StaffNames,
    string CheckoutUrl,
    DateTimeOffset ReadAt)
{
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<PaymentNoteLine> Notes { get; init; } = [];

    /// <summary>What merchants' endpoints were told of it, newest first.</summary>
    public IReadOnlyList<PaymentDelivery> Deliveries { get; init; } = [];

    /// <summary>POSTs about this payment that were sent and whose outcome nothing has proved yet.</summary>
    public IReadOnlyList<UnknownCall> UnknownCalls { get; init; } = [];

    /// <summary>Oldest first, like all of its lists.</summary>
    public IReadOnlyList<Refund> Refunds { get; init; } = [];

    public IReadOnlyList<Dispute> Disputes { get; init; } = [];

    /// <summary>Every move of its refunds and disputes.</summary>
    public IReadOnlyList<ReturnHistoryLine> ReturnMoves { get; init; } = [];

    /// <summary>Steps of its refunds and disputes that stopped for good and wait for a person.</summary>
    public IReadOnlyList<RetryTask> DeadReturns { get; init; } = [];

    /// <summary>How much of its money goes back, or is disputed: shown beside its state.</summary>
    public PaymentReturn Return => PaymentReturns.Of(Orders.Sum(order => order.Refunded), Payment.Amount, Disputes.Select(dispute => dispute.Status));

    public CheckoutId Id => new(Payment.CheckoutId);

    public Money Total => new(Payment.Amount, Currency.Of(Payment.Currency));

    /// <summary>The attempt that the payment stands or falls with now.</summary>
    public Attempt? CurrentAttempt => Attempts.FirstOrDefault(attempt => attempt.AttemptId == Payment.Nonce);

    public FinanceTask? OpenFinanceTask => FinanceTasks.FirstOrDefault(task => task.State == FinanceTaskState.Open);

    public AttemptCharge? NewestDecline => Charges.LastOrDefault(charge => !charge.IsPaid);

    public AttemptCharge? PaidCharge => Charges.LastOrDefault(charge => charge.IsPaid);

    /// <summary>The open step that is in trouble, the dead one first.</summary>
    public RetryTask? TroubledStep => Steps.OrderBy(step => step.State == TaskState.Dead ? 0 : 1).FirstOrDefault(step => step.State == TaskState.Dead || step.LastError is not null);
}

/// <summary>A webhook to the merchant about this payment or one of its attempts.</summary>
public sealed record PaymentDelivery(string DeliveryId, string EventType, string Url, DeliveryState State, int Tries, int? LastStatus, string? LastError, DateTimeOffset CreatedAt);

/// <summary>An event of the PSP about this payment.</summary>
public sealed record PaymentNotice(string EventId, string Type, string ObjectId, InboxState State, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt, DateTimeOffset? AppliedAt, int Deliveries);

/// <summary>A journal entry of this payment. A debit is above zero, a credit below.</summary>
public sealed record PaymentEntry(JournalEntryId Id, EntryKind Kind, string SourceId, DateTimeOffset PostedAt, DateTimeOffset EffectiveAt, string Memo, IReadOnlyList<PaymentEntryLine> Lines);

public sealed record PaymentEntryLine(string Account, Money Amount);

/// <summary>What somebody did to this payment, out of the audit log.</summary>
public sealed record PaymentAct(long Seq, DateTimeOffset At, string Actor, string Action, string? Reason);

/// <summary>The customer as shown: name and e-mail masked unless <see cref="IsRevealed"/>.</summary>
public sealed record BuyerView(string UserId, string Account, string? Name, string? Email, bool IsRevealed);
