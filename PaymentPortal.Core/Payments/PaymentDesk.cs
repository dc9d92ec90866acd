using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>What asking the PSP came to, for the person who asked.</summary>
public sealed record AskAnswer(CheckEnd? End, string Text);

/// <summary>
/// What staff does to a payment by hand. Each act is in the audit log, is safe to repeat, and is refused for the reason that its button shows:
/// both ask the same Why-not.
/// </summary>
public sealed class PaymentDesk(WriteLane lane, AuditLog audit, PaymentStatusCheck check, RetryWorker worker, Buyers buyers)
{
    /// <summary>Why the PSP can't be asked now; null when it can.</summary>
    public static string? WhyNotAsk(PaymentOrderStatus status, AttemptState? current, bool hasSession)
    {
        if (current is not { } state) return "Nobody has pressed Pay, so the PSP knows nothing of it";
        return state switch
        {
            AttemptState.Abandoned => hasSession || !status.IsFinal() ? null : "The customer never got a page to pay at",
            AttemptState.Rejected => "The PSP refused to make a page: there is nothing to ask about",
            AttemptState.Open or AttemptState.Paid or AttemptState.SessionExpired or AttemptState.AsyncFailed => null,
        };
    }

    /// <summary>Why the checkout can't be cancelled now; null when it can.</summary>
    public static string? WhyNotCancel(PaymentOrderStatus status, bool isCancelRequested) => status switch
    {
        _ when status is PaymentOrderStatus.NotStarted or PaymentOrderStatus.Executing => isCancelRequested ? "It is being cancelled; the PSP's word is awaited" : null,
        PaymentOrderStatus.Success => "It is paid: only a refund gives the money back",
        _ => $"It is over already: {status.Word()}",
    };

    /// <summary>Looks once at the PSP and applies what it says. While no page is made yet, the step that makes it runs now instead.</summary>
    public async Task<Result<AskAnswer>> AskPspAsync(CheckoutId checkout, Actor actor, CancellationToken cancellationToken)
    {
        var asked = await lane.RunAsync(unit => Ask(unit, checkout, actor), cancellationToken).ConfigureAwait(false);
        if (asked.IsRefused) return asked.Refusal!;
        if (asked.Value is { Step: { } step })
        {
            await worker.RunOneAsync(step, CancellationToken.None).ConfigureAwait(false);
            return new AskAnswer(null, "The step that makes the payment page has run. Its result is in the timeline.");
        }
        if (asked.Value.IsSettled) return new AskAnswer(CheckEnd.Over, await CompareAsync(asked.Value.Attempt, cancellationToken).ConfigureAwait(false));
        if (!asked.Value.HasSession) return new AskAnswer(null, "The step that makes the payment page is at work at this moment.");
        var end = (await check.CheckAsync(asked.Value.Attempt, finish: null, CancellationToken.None).ConfigureAwait(false)).End;
        return new AskAnswer(end, end switch
        {
            CheckEnd.Over => "The PSP answered, and this payment page is over.",
            CheckEnd.StillOpen => "The PSP answered: the page is still open and unpaid.",
            CheckEnd.NoAnswer => "The PSP gave no usable answer. Nothing was changed; we go on asking.",
        });
    }

    /// <summary>Shows the customer's name and e-mail to one person, and writes down who saw them.</summary>
    public Task<Result<BuyerView>> RevealAsync(CheckoutId checkout, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Reveal(unit, checkout, actor), cancellationToken);

    private Result<Asked> Ask(UnitOfWork unit, CheckoutId checkout, Actor actor)
    {
        if (PaymentRow.Find(unit, checkout) is not { } payment) return NotFound(checkout);
        var nonce = unit.QueryFirst("SELECT nonce FROM payment_events WHERE checkout_id = $1", row => row.IsDBNull(0) ? null : row.GetString(0), checkout.Value);
        var attempt = nonce is null ? null : AttemptRow.Find(unit, new AttemptId(nonce));
        if (WhyNotAsk(payment.Status, attempt?.State, attempt?.PspToken is not null) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why + ".");
        audit.Write(unit, new AuditEntry(actor, "payment.ask-psp", checkout.Value));
        var hasSession = attempt!.PspToken is not null;
        var isSettled = attempt.State is AttemptState.Paid or AttemptState.SessionExpired or AttemptState.AsyncFailed;
        return new Asked(attempt.Id, hasSession, isSettled, hasSession ? null : worker.ClaimNow(unit, PaymentSteps.Attempt, attempt.Id.Value));
    }

    /// <summary>What is settled stays as it is: the PSP's word is only held against ours, and a difference is for a person.</summary>
    private async Task<string> CompareAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        if (await check.LookAsync(attempt, cancellationToken).ConfigureAwait(false) is not { } session) return "The PSP gave no usable answer. Nothing was changed; ours stands.";
        var booked = await lane.RunAsync(
            unit => unit.QueryFirst("SELECT amount, currency FROM booked_sessions WHERE session_id = $1", row => (Money?)new Money(row.GetInt64(0), Currency.Of(row.GetString(1))), session.Id),
            cancellationToken).ConfigureAwait(false);
        Money? paid = session.Payment == SessionPayment.Paid ? session.Total : null;
        var theirs = paid is { } money ? $"paid {money} {money.Currency}" : "not paid";
        return paid == booked
            ? $"The PSP answered: {theirs}. That is what our books say."
            : $"The PSP answered: {theirs}. Our books say {(booked is { } ours ? $"paid {ours} {ours.Currency}" : "not paid")}. Nothing was changed: tell finance.";
    }

    private Result<BuyerView> Reveal(UnitOfWork unit, CheckoutId checkout, Actor actor)
    {
        var found = unit.QueryFirst(
            "SELECT u.user_id, u.buyer_account, u.user_name, u.email FROM payment_events p JOIN users u ON u.user_id = p.user_id WHERE p.checkout_id = $1",
            row => new BuyerView(
                row.GetString(0), row.GetString(1),
                buyers.OpenName(row.GetString(0), row.IsDBNull(2) ? null : new Sealed((byte[])row[2])), buyers.OpenEmail(row.GetString(0), row.IsDBNull(3) ? null : new Sealed((byte[])row[3])), IsRevealed: true),
            checkout.Value);
        if (found is null) return NotFound(checkout);
        audit.Write(unit, new AuditEntry(actor, "buyer.reveal", checkout.Value) { After = found.UserId });
        return found;
    }

    private static Refusal NotFound(CheckoutId checkout) => new(RefusalCodes.NotFound, 404, $"There is no payment {checkout}.");

    private sealed record Asked(AttemptId Attempt, bool HasSession, bool IsSettled, ClaimedTask? Step);
}
