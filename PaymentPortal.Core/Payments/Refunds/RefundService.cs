using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>What somebody asks to have refunded; without an amount all that is left of the order.</summary>
public sealed record RefundAsk(string? PaymentOrderId, string? Amount, string? Reason);

/// <summary>Asks for refunds of orders, says beforehand what one would do, and takes back what was not sent yet.</summary>
public sealed class RefundService(WriteLane lane, RefundBooks books, AuditLog audit, Approvals approvals)
{
    private const int LongestReason = 500;

    /// <summary>For a caller of the API: a repeat of the same call gets the first answer and does nothing.</summary>
    public async Task<Result<IdempotentAnswer>> AskAsync(RefundAsk ask, IdempotentCall call, Actor actor, Func<Refund, string> render, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("refund-ask-before");
        var answer = await lane.RunAsync(unit => Idempotency.Find(unit, call) ?? Ask(unit, ask, actor).Map(id => Answer(unit, id, call, render)), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("refund-ask-after");
        return answer;
    }

    /// <summary>For a member of the staff.</summary>
    public Task<Result<RefundId>> AskAsync(RefundAsk ask, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(unit => Ask(unit, ask, actor), cancellationToken);

    /// <summary>What it would do, by the same rules and in the same place. Nothing is stored.</summary>
    public Task<Result<RefundPreview>> PreviewAsync(RefundAsk ask, CancellationToken cancellationToken) => lane.RunAsync(unit => Preview(unit, ask), cancellationToken);

    /// <summary>Takes back a refund that the PSP can't have: one that waits for a second person, or whose every call was proved to have done nothing.</summary>
    public Task<Result<RefundId>> CancelAsync(RefundId id, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(unit => Cancel(unit, id, actor), cancellationToken);

    /// <summary>Why it can't be taken back any more; null when it can.</summary>
    internal static string? WhyNotCancel(UnitOfWork unit, RefundRow refund)
    {
        if (!refund.Status.IsOpen()) return $"It is {refund.Status.Word()}.";
        return refund.PspId is not null || unit.Scalar("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND step = $2 AND (effect_proved IS NULL OR effect_proved = 'Exists')", refund.Id.Value, RefundSteps.Create) > 0
            ? "It was sent to the PSP, and only the PSP's word ends it." : null;
    }

    private static Result<RefundPreview> Preview(UnitOfWork unit, RefundAsk ask)
    {
        var wished = Check(unit, ask with { Reason = string.IsNullOrWhiteSpace(ask.Reason) ? "preview" : ask.Reason });
        if (wished.IsRefused) return wished.Refusal!;
        var (wish, target) = wished.Value;
        var share = wish.Share(unit.NewId<RefundId>());
        var payable = new Money(
            unit.Scalar("SELECT payable FROM wallet_balances WHERE seller_account = $1 AND currency = $2", target.Seller.Value, wish.Amount.Currency.Code), wish.Amount.Currency);
        JournalEntry[] entries = [ReturnRules.RefundAsked(share, unit.Now)!, ReturnRules.RefundAccepted(share, "re_…", unit.Now)!];
        return new RefundPreview(wish.Amount, wish.Fee, target.Left, entries, payable, payable - share.FromSeller);
    }

    private Result<RefundId> Ask(UnitOfWork unit, RefundAsk ask, Actor actor)
    {
        var wished = Check(unit, ask);
        return wished.IsRefused ? wished.Refusal! : books.Open(unit, wished.Value.Wish, actor).Map(refund => refund.Id);
    }

    private static Result<(RefundWish Wish, RefundTarget Target)> Check(UnitOfWork unit, RefundAsk ask)
    {
        if (ask.PaymentOrderId is null) return new Refusal(RefusalCodes.Missing, 422, "Say which order is refunded. Nothing was stored and no money moved.", "payment_order_id");
        var reason = ReasonOf(ask.Reason);
        if (reason.IsRefused) return reason.Refusal!;
        if (!Ids.TryParse<PaymentOrderId>(ask.PaymentOrderId, out var order) || RefundTarget.Find(unit, order) is not { } target)
            return new Refusal(RefusalCodes.NotFound, 404, $"There is no payment order '{(ask.PaymentOrderId.Length > 60 ? ask.PaymentOrderId[..60] : ask.PaymentOrderId)}'. Nothing was stored.", "payment_order_id");
        var amount = target.AmountOf(ask.Amount);
        return amount.IsRefused ? amount.Refusal! : (RefundWish.Of(target, amount.Value, reason.Value), target);
    }

    internal static Result<string> ReasonOf(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why. Nothing was stored and no money moved.", "reason");
        return reason.Length <= LongestReason && !reason.Any(char.IsControl)
            ? reason.Trim()
            : new Refusal(RefusalCodes.Invalid, 422, $"The reason has at most {LongestReason} characters and no control characters. Nothing was stored and no money moved.", "reason");
    }

    private static IdempotentAnswer Answer(UnitOfWork unit, RefundId id, IdempotentCall call, Func<Refund, string> render)
    {
        var body = render(RefundReading.Of(unit, id));
        Idempotency.Store(unit, call, 201, body);
        return new IdempotentAnswer(201, body, IsReplay: false);
    }

    private Result<RefundId> Cancel(UnitOfWork unit, RefundId id, Actor actor)
    {
        if (RefundRow.Find(unit, id) is not { } refund) return new Refusal(RefusalCodes.NotFound, 404, $"There is no refund {id}.");
        if (refund.Status == RefundStatus.Canceled) return id;
        if (WhyNotCancel(unit, refund) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why + " Nothing was changed.", Money: refund.Status == RefundStatus.Approved ? MoneyEffect.Unknown : MoneyEffect.Taken);
        approvals.Close(unit, RefundApproval.Name, id.Value, actor);
        books.Void(unit, refund, RefundCause.Canceled, actor, "refund taken back before it was sent");
        RetryQueue.Remove(unit, RefundSteps.Refund, id.Value);
        audit.Write(unit, new AuditEntry(actor, "refund.cancel", id.Value));
        return id;
    }
}
