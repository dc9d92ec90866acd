using System.Text.Json;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>What a look-up came to.</summary>
public enum CheckEnd
{
    /// <summary>The attempt is over; its payment needs no further look at this session.</summary>
    Over,

    /// <summary>Still open: look again later.</summary>
    StillOpen,

    /// <summary>The PSP gave no usable answer: nothing was changed.</summary>
    NoAnswer,
}

/// <summary>A look-up's end, and what kept it from a better one when the PSP gave no usable answer.</summary>
public readonly record struct CheckResult(CheckEnd End, TaskEnd? Trouble = null);

/// <summary>
/// Asks the PSP for an attempt's session and applies what it says. Webhook, return of the buyer, poll, cancel and end of time all come here, so
/// any order and number of them ends in the same state.
/// </summary>
public sealed class PaymentStatusCheck(
    WriteLane lane, IPaymentServiceProvider psp, PspCallLog calls, PspTalk talk, PaymentMover mover, PaymentPosting posting, TimeProvider time, ILogger<PaymentStatusCheck> log)
{
    /// <summary>Refetches after a lost race are bounded only to end a bug: every turn means that somebody else made progress.</summary>
    private const int MaxTurns = 20;

    /// <summary>Looks once and applies. <paramref name="finish"/> ends the caller's own task in the unit of the effect.</summary>
    public async Task<CheckResult> CheckAsync(AttemptId attemptId, Action<UnitOfWork, CheckEnd>? finish, CancellationToken cancellationToken) =>
        await CheckAsync(unit => AttemptRow.Find(unit, attemptId), finish, cancellationToken).ConfigureAwait(false)
        ?? throw new InvalidOperationException($"There is no attempt {attemptId} with a session to look at.");

    /// <summary>Asks about a session and keeps what was said, and applies nothing; null when there was no usable answer.</summary>
    public async Task<PspSession?> LookAsync(AttemptId attemptId, CancellationToken cancellationToken)
    {
        var attempt = await lane.RunAsync(unit => AttemptRow.Find(unit, attemptId)!, cancellationToken).ConfigureAwait(false);
        var answer = await psp.FetchSessionAsync(attempt.PspToken!, cancellationToken).ConfigureAwait(false);
        await lane.RunAsync(
            unit =>
            {
                talk.Write(unit, attempt.Id.Value, attempt.Checkout, answer);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return answer.Value;
    }

    /// <summary>The same for an attempt that is yet to be found; null when it is not there or has no session, and nothing was done then.</summary>
    internal async Task<CheckResult?> CheckAsync(Func<UnitOfWork, AttemptRow?> find, Action<UnitOfWork, CheckEnd>? finish, CancellationToken cancellationToken)
    {
        var hasAskedToExpire = false;
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var noted = await lane.RunAsync(unit => Note(unit, find(unit), finish), cancellationToken).ConfigureAwait(false);
            if (noted is null) return null;
            if (noted.IsSettled) return new CheckResult(CheckEnd.Over);
            var askedAt = time.GetUtcNow();
            var (fetched, trouble) = await FetchAsync(noted, cancellationToken).ConfigureAwait(false);
            if (fetched is null) return new CheckResult(CheckEnd.NoAnswer, trouble);
            CrashPoint.Hit("check-before-apply");
            var applied = await lane.RunAsync(unit => Apply(unit, noted, fetched, finish), CancellationToken.None).ConfigureAwait(false);
            CrashPoint.Hit("check-after-apply");
            switch (applied)
            {
                case Applied.Stale:
                    continue;
                case Applied.ExpireFirst:
                    // Refused and still open: the PSP is between two states of it, and a later look will see which.
                    trouble = hasAskedToExpire ? NotReady(RetryOperations.ExpireSession, "psp_still_open", "The PSP holds the page for open although it was asked to close it.")
                        : await ExpireAsync(noted, askedAt, cancellationToken).ConfigureAwait(false);
                    if (trouble is not null) return new CheckResult(CheckEnd.NoAnswer, trouble);
                    hasAskedToExpire = true;
                    continue;
                case Applied.Over:
                    return new CheckResult(CheckEnd.Over);
                default:
                    return fetched.IsPending
                        ? new CheckResult(CheckEnd.NoAnswer, NotReady(RetryOperations.LookUp, "psp_pending", "The PSP has not yet said what it kept as its fee."))
                        : new CheckResult(CheckEnd.StillOpen);
            }
        }
        throw new InvalidOperationException($"A look-up lost {MaxTurns} races in a row.");
    }

    private static Noted? Note(UnitOfWork unit, AttemptRow? found, Action<UnitOfWork, CheckEnd>? finish)
    {
        if (found is not { PspToken: { } token } attempt) return null;
        // A booked session is final for pay-in, and so is an expired one: later events about them change nothing, and end in this very unit.
        if (attempt.State is AttemptState.Paid or AttemptState.SessionExpired or AttemptState.AsyncFailed)
        {
            finish?.Invoke(unit, CheckEnd.Over);
            return new Noted(attempt.Id, attempt.Checkout, token, 0, IsSettled: true);
        }
        return new Noted(attempt.Id, attempt.Checkout, token, PaymentRow.Find(unit, attempt.Checkout)!.RowVersion, IsSettled: false);
    }

    /// <summary>The page was shown to the buyer, so what is not known may have been paid.</summary>
    private TaskEnd NotReady(string operation, string code, string reason) => PspTrouble.NotReady(psp.Name, operation, code, reason, MoneyEffect.Unknown);

    private TaskEnd Trouble<T>(PspAnswer<T> answer, string operation = RetryOperations.LookUp)
        where T : class => PspTrouble.Of(psp.Name, operation, answer, MoneyEffect.Unknown);

    private async Task<(Fetched? Fetched, TaskEnd? Trouble)> FetchAsync(Noted noted, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("check-before-fetch");
        var answer = await psp.FetchSessionAsync(noted.Token, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("check-after-fetch");
        if (answer.Value is not { } session)
        {
            Log.LookUpFailed(log, noted.Attempt.Value, answer.Verdict, answer.Error?.Message ?? "no reason given");
            await lane.RunAsync(unit =>
                {
                    talk.Write(unit, noted.Attempt.Value, noted.Checkout, answer);
                    return 0;
                }, CancellationToken.None).ConfigureAwait(false);
            return (null, Trouble(answer));
        }
        IReadOnlyList<PspCharge> charges = session.Charge is { } newest ? [newest] : [];
        // A paid session names the charge that paid; the failed tries before it are only listed while they may decide something.
        if (session is { Payment: not SessionPayment.Paid, IntentId: { } intent })
        {
            var listed = await psp.ListChargesAsync(intent, cancellationToken).ConfigureAwait(false);
            if (listed.Value is null) return (null, Trouble(listed));
            charges = listed.Value;
        }
        return (new Fetched(talk.Seal(answer), session, charges), null);
    }

    private Applied Apply(UnitOfWork unit, Noted noted, Fetched fetched, Action<UnitOfWork, CheckEnd>? finish)
    {
        var payment = PaymentRow.Find(unit, noted.Checkout)!;
        if (payment.RowVersion != noted.RowVersion) return Applied.Stale;
        var attempt = AttemptRow.Find(unit, noted.Attempt)!;
        talk.Write(unit, noted.Attempt.Value, noted.Checkout, fetched.Talk);
        payment = RecordCharges(unit, payment, noted.Attempt, fetched);
        unit.Execute(
            "UPDATE payment_events SET row_version = row_version + 1, declines = $2 WHERE checkout_id = $1", payment.Id.Value, payment.Declines);
        NoteSeen(unit, noted.Attempt, fetched.Session);
        var decision = SessionRules.Decide(Facts(unit, payment, attempt, fetched.Session), fetched.Session);
        var applied = Perform(unit, payment, attempt, fetched.Session, decision);
        if (applied == Applied.Over)
        {
            // The caller's own end first: when his lease is lost it refuses, and with it all that this unit has written.
            finish?.Invoke(unit, CheckEnd.Over);
            RetryQueue.Remove(unit, PaymentSteps.Attempt, noted.Attempt.Value);
        }
        else if (applied == Applied.StillOpen && !fetched.IsPending)
        {
            finish?.Invoke(unit, CheckEnd.StillOpen);
        }
        return applied;
    }

    private static void NoteSeen(UnitOfWork unit, AttemptId attempt, PspSession session) => unit.Execute(
        "UPDATE attempts SET intent_id = COALESCE(intent_id, $2), intent_status = $3, intent_failure = $4, seen_at = $5, completed_at = COALESCE(completed_at, $6) WHERE attempt_id = $1",
        attempt.Value, session.IntentId, session.IntentStatus, session.IntentFailure, unit.Now, session.Status == SessionStatus.Complete ? unit.Now : null);

    private Applied Perform(UnitOfWork unit, PaymentRow payment, AttemptRow attempt, PspSession session, SessionDecision decision)
    {
        switch (decision)
        {
            case SessionDecision.Wait:
                return attempt.IsOpen || session.Status != SessionStatus.Expired ? Applied.StillOpen : Applied.Over;
            case SessionDecision.ExpireSession:
                return Applied.ExpireFirst;
            case SessionDecision.AlreadyBooked:
                return Applied.Over;
            case SessionDecision.BookToOrders:
                posting.BookToOrders(unit, payment, attempt.Id, session);
                AttemptRow.End(unit, attempt.Id, AttemptState.Paid);
                mover.Move(unit, payment, MoveCause.SessionPaid, Actor.Psp);
                return Applied.Over;
            case SessionDecision.BookLateToSuspense:
                return ToFinance(unit, payment, attempt, session, FinanceTaskKind.LateSuccess);
            case SessionDecision.BookDifferenceToSuspense:
                return ToFinance(unit, payment, attempt, session, FinanceTaskKind.AmountDiffers);
            case SessionDecision.HoldForFinance:
                return ToFinance(unit, payment, attempt, session, FinanceTaskKind.SettlementDiffers);
            case SessionDecision.EndAttempt:
                AttemptRow.End(unit, attempt.Id, AttemptState.SessionExpired);
                return Applied.Over;
            case SessionDecision.EndCheckout:
                AttemptRow.End(unit, attempt.Id, AttemptState.SessionExpired);
                mover.Move(unit, payment, payment.WantedEnd(unit.Now)!.Value, Actor.Psp);
                return Applied.Over;
            case SessionDecision.FailOrders:
                AttemptRow.End(unit, attempt.Id, AttemptState.AsyncFailed);
                mover.Move(unit, payment, MoveCause.AsyncPaymentFailed, Actor.Psp);
                return Applied.Over;
            default:
                throw new ArgumentOutOfRangeException(nameof(decision), decision, "Unknown decision.");
        }
    }

    private Applied ToFinance(UnitOfWork unit, PaymentRow payment, AttemptRow attempt, PspSession session, FinanceTaskKind kind)
    {
        Log.MoneyNeedsFinance(log, payment.Id.Value, session.Id, kind);
        if (kind == FinanceTaskKind.SettlementDiffers) PaymentPosting.AskFinance(unit, payment, session, kind);
        else posting.BookToSuspense(unit, payment, attempt.Id, session, kind);
        AttemptRow.End(unit, attempt.Id, AttemptState.Paid);
        // The order stays as it is and its next step is the person: time alone must not end it any more.
        if (kind != FinanceTaskKind.LateSuccess) RetryQueue.Remove(unit, PaymentSteps.CheckoutEnd, payment.Id.Value);
        return Applied.Over;
    }

    private static PaymentFacts Facts(UnitOfWork unit, PaymentRow payment, AttemptRow attempt, PspSession session)
    {
        var (isBooked, isHeld) = unit.QueryFirst(
            "SELECT EXISTS (SELECT 1 FROM booked_sessions WHERE session_id = $1), EXISTS (SELECT 1 FROM finance_tasks WHERE session_id = $1)",
            row => (row.GetBoolean(0), row.GetBoolean(1)), session.Id);
        return new PaymentFacts(payment.Status, payment.Total, attempt.IsOpen, isBooked, isHeld, payment.WantedEnd(unit.Now));
    }

    private static PaymentRow RecordCharges(UnitOfWork unit, PaymentRow payment, AttemptId attempt, Fetched fetched)
    {
        var declined = 0;
        foreach (var charge in fetched.Charges.Where(charge => charge.IsPaid || charge.Status == "failed"))
        {
            var isNew = unit.Execute(
                """
                INSERT INTO attempt_charges (charge_id, attempt_id, checkout_id, is_paid, amount, currency, failure_code, decline_code, card_brand, card_last4, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (charge_id) DO NOTHING
                """,
                charge.Id, attempt.Value, payment.Id.Value, charge.IsPaid, charge.Amount.Minor, charge.Amount.Currency.Code, charge.FailureCode, charge.DeclineCode, charge.CardBrand, charge.CardLast4, charge.CreatedAt);
            if (isNew != 1 || charge.IsPaid) continue;
            declined++;
            TellDecline(unit, payment.Id, attempt, charge);
        }
        return payment with { Declines = payment.Declines + declined };
    }

    private static void TellDecline(UnitOfWork unit, CheckoutId checkout, AttemptId attempt, PspCharge charge) => Outbox.AddNext(
        unit, attempt.Value, EventTypes.AttemptDeclined,
        JsonSerializer.Serialize(new
        {
            attempt_id = attempt.Value,
            checkout_id = checkout.Value,
            charge_id = charge.Id,
            amount = charge.Amount.ToString(),
            currency = charge.Amount.Currency.Code,
            code = charge.DeclineCode ?? charge.FailureCode,
        }));

    /// <summary>Null when the PSP answered anything definite: what it answered, the next look at the session shows.</summary>
    private async Task<TaskEnd?> ExpireAsync(Noted noted, DateTimeOffset seenOpenAt, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("expire-before-prepare");
        var plan = await lane.RunAsync(unit => PrepareExpire(unit, noted, seenOpenAt), cancellationToken).ConfigureAwait(false);
        if (plan.Next != PspNext.Send) return null;
        CrashPoint.Hit("expire-before-send");
        var answer = await psp.SendSessionAsync(plan.Call.Request, plan.Call.PspKey, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("expire-after-send");
        await lane.RunAsync(
            unit =>
            {
                calls.Record(unit, plan.Call, answer);
                talk.Write(unit, noted.Attempt.Value, noted.Checkout, answer);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        CrashPoint.Hit("expire-after-store");
        return answer.Verdict is PspVerdict.NotSent or PspVerdict.Unknown ? Trouble(answer, RetryOperations.ExpireSession) : null;
    }

    /// <summary>
    /// A call whose key can bring no more (a stored 500, or too old) is settled by looking: a session that is still open was not expired by it, and
    /// once that is believed the next generation may ask.
    /// </summary>
    private PspPlan PrepareExpire(UnitOfWork unit, Noted noted, DateTimeOffset seenOpenAt)
    {
        PspPlan Prepare() => calls.Prepare(unit, noted.Attempt.Value, PaymentSteps.ExpireSession, _ => psp.ExpireSession(noted.Token));
        var plan = Prepare();
        return plan.Next == PspNext.LookUp && calls.RecordAbsence(unit, plan.Call, seenOpenAt) ? Prepare() : plan;
    }

    private enum Applied
    {
        Stale,
        ExpireFirst,
        StillOpen,
        Over,
    }

    private sealed record Noted(AttemptId Attempt, CheckoutId Checkout, string Token, long RowVersion, bool IsSettled);

    private sealed record Fetched(SealedTalk Talk, PspSession Session, IReadOnlyList<PspCharge> Charges)
    {
        /// <summary>Paid, but its balance transaction is not there yet.</summary>
        public bool IsPending => Talk.Verdict == PspVerdict.Pending;
    }
}
