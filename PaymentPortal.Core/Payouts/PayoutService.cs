using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Asks for payouts and ends them. Asking keeps the money back in the unit that checks it, so no two can spend the same; every way out gives it back
/// or pays it out once.
/// </summary>
public sealed class PayoutService(WriteLane lane, WalletService wallets, Journal journal, PayoutMover mover, Approvals approvals, AuditLog audit, RetryWorker worker, IPayoutProvider psp)
{
    /// <summary>A cancel at the PSP is a cancel, a look-up and a reversal; somebody else may hold the task for one of them.</summary>
    private const int MaxSteps = 6;

    /// <summary>For the platform's backend: one unit with the answer for the repeat.</summary>
    public async Task<Result<IdempotentAnswer>> RequestAsync(NewPayout payout, IdempotentCall call, Func<PayoutView, string> render, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("payout-request-before");
        var result = await lane.RunAsync(unit => Idempotency.Find(unit, call) ?? Answer(unit, payout, call, render), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("payout-request-after");
        return result;
    }

    /// <summary>For staff.</summary>
    public Task<Result<PayoutId>> RequestAsync(NewPayout payout, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Request(unit, payout, actor).Map(made => made.Id), cancellationToken);

    /// <summary>Asks for a payout of our own money; always with a second person, and never of more than is ours.</summary>
    public async Task<Result<PayoutId>> RequestOwnAsync(Money amount, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var balance = await psp.FetchBalanceAsync(cancellationToken).ConfigureAwait(false);
        if (balance.Value is not { } known)
            return new Refusal(RefusalCodes.PspUnavailable, 503, "The PSP does not say at present what it holds for us, so nobody can tell what is ours. Nothing was stored; try again in a minute.");
        return await lane.RunAsync(unit => RequestOwn(unit, amount, reason, actor, known), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What we may pay out to ourselves, per currency; a refusal while the PSP gives no balance.</summary>
    public async Task<Result<IReadOnlyList<Money>>> OwnAsync(CancellationToken cancellationToken)
    {
        var balance = await psp.FetchBalanceAsync(cancellationToken).ConfigureAwait(false);
        if (balance.Value is not { } known) return new Refusal(RefusalCodes.PspUnavailable, 503, "The PSP does not say at present what it holds for us.");
        var ours = await lane.RunAsync(unit => known.Available.Select(amount => OwnMoney.Left(unit, amount.Currency, known)).ToList(), cancellationToken).ConfigureAwait(false);
        return ours;
    }

    /// <summary>In a unit of the caller's.</summary>
    internal Result<PayoutView> Request(UnitOfWork unit, NewPayout request, Actor actor)
    {
        if (SellerBank.Of(unit, request.Seller!.Value) is not { } bank)
            return new Refusal(RefusalCodes.NotFound, 404, $"There is no seller {request.Seller}. Nothing was stored.", "seller_account");
        if (WhyNotPay(bank, request.Amount) is { } why) return why;
        var withdrawable = wallets.Withdrawable(unit, bank.Seller, request.Amount.Currency);
        if (withdrawable < request.Amount)
            return new Refusal(RefusalCodes.InsufficientFunds, 409, $"{bank.Seller} can withdraw {withdrawable} {withdrawable.Currency} at present, less than {request.Amount}. Nothing was stored and no money moved.", "amount");
        var payout = Insert(unit, bank, request, actor);
        journal.Post(unit, PayoutPostings.Hold(payout.Id, bank.Seller, payout.Amount, unit.Now));
        mover.Created(unit, payout, actor, request.Reason);
        audit.Write(unit, new AuditEntry(actor, "payout.request", payout.Id.Value) { Reason = request.Reason, After = $"{payout.Amount} {payout.Amount.Currency} to {bank.Seller}" });
        var asked = approvals.AskIfAbove(unit, new ApprovalAsk(PayoutApproval.Name, payout.Id.Value, actor, payout.Amount, request.Reason));
        if (asked.IsRefused) return asked.Refusal!;
        if (asked.Value is null) Start(unit, mover.Move(unit, payout, PayoutCause.WithinLimit, Actor.Program("limits")));
        return PayoutQueries.View(unit, payout.Id);
    }

    /// <summary>Wants a payout over. Before it is sent that gives the money back at once; afterwards the PSP's word decides.</summary>
    public async Task<Result<PayoutStatus>> CancelAsync(PayoutId id, Actor actor, CancellationToken cancellationToken)
    {
        var asked = await lane.RunAsync(unit => AskCancel(unit, id, actor), cancellationToken).ConfigureAwait(false);
        if (asked.IsRefused || asked.Value == PayoutStatus.Canceled) return asked;
        return await CarryAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Pays what did not arrive once more, out of the seller's account at the PSP where it is. To the bank that he has now.</summary>
    public Task<Result<PayoutStatus>> PayAgainAsync(PayoutId id, string reason, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => AskPayAgain(unit, id, reason, actor), cancellationToken);

    /// <summary>Gives what did not arrive back to the seller's wallet.</summary>
    public async Task<Result<PayoutStatus>> TakeBackAsync(PayoutId id, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var asked = await lane.RunAsync(unit => AskTakeBack(unit, id, reason, actor), cancellationToken).ConfigureAwait(false);
        return asked.IsRefused ? asked : await CarryAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why it can't be cancelled now; null when it can. Buttons ask the same.</summary>
    public static string? WhyNotCancel(PayoutStatus status, bool isUnderWay) => status switch
    {
        _ when isUnderWay => "It is being cancelled or taken back already",
        PayoutStatus.Requested or PayoutStatus.Approved or PayoutStatus.Sending or PayoutStatus.InTransit => null,
        PayoutStatus.Failed or PayoutStatus.Returned => "It failed: it is paid again or taken back by finance",
        _ => $"It is {status.Word()}, and there is nothing left to cancel",
    };

    /// <summary>Why it can't be paid again or taken back now; null when it can.</summary>
    public static string? WhyNotMend(PayoutStatus status, bool isUnderWay, bool isOwn) => status switch
    {
        _ when isUnderWay => "It is being taken back already",
        _ when isOwn => "Our own money is back at the PSP: ask for a new payout",
        PayoutStatus.Failed or PayoutStatus.Returned => null,
        _ => "Only what failed can be paid again or taken back",
    };

    /// <summary>The step of an approved payout, due at once.</summary>
    internal static void Start(UnitOfWork unit, PayoutRow payout) => RetryQueue.Add(unit, PayoutSteps.Payout, payout.Id.Value, unit.Now);

    /// <summary>In the unit of the decision that pays again to another bank than the payout was asked for.</summary>
    internal void PayAgain(UnitOfWork unit, PayoutRow payout, SellerBank bank, Actor actor, string? note)
    {
        unit.Execute(
            """
            UPDATE payouts SET round = round + 1, psp_payout_id = NULL, failure_code = NULL, failure_message = NULL, arrives_at = NULL, bank_version = $2, bank_last4 = $3, row_version = row_version + 1
            WHERE payout_id = $1
            """,
            payout.Id.Value, bank.Version, bank.Last4);
        Start(unit, mover.Move(unit, payout, PayoutCause.PayAgain, actor, note));
    }

    /// <summary>Runs its step for the person who waits, as long as there is something to do at once.</summary>
    private async Task<Result<PayoutStatus>> CarryAsync(PayoutId id, CancellationToken cancellationToken)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            var (task, status) = await lane.RunAsync(unit => (IsMoving(unit, id) ? worker.ClaimNow(unit, PayoutSteps.Payout, id.Value) : null, PayoutRow.Of(unit, id).Status), cancellationToken).ConfigureAwait(false);
            if (task is null) return status;
            if (await worker.RunOneAsync(task, CancellationToken.None).ConfigureAwait(false) is not TaskEnd.Settled) break;
        }
        return await lane.RunAsync(unit => PayoutRow.Of(unit, id).Status, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsMoving(UnitOfWork unit, PayoutId id) => PayoutRow.Of(unit, id) is { IsCancelRequested: true } or { IsTakingBack: true };

    private static Refusal? WhyNotPay(SellerBank bank, Money amount)
    {
        if (bank.PspAccount is null)
            return new Refusal(RefusalCodes.StateConflict, 409, $"{bank.Seller} has no account at the PSP yet. Send PUT /api/v1/sellers/{bank.Seller} with his bank account first; nothing was stored.", "seller_account");
        if (!bank.IsPayoutsEnabled)
            return new Refusal(RefusalCodes.StateConflict, 409, $"The PSP does not pay out to {bank.Seller} at present; it may want something of him. Nothing was stored.", "seller_account");
        return bank.Currency is { } currency && currency != amount.Currency.Code
            ? new Refusal(RefusalCodes.Invalid, 422, $"The bank account of {bank.Seller} takes {currency}, not {amount.Currency}. Nothing was stored.", "currency")
            : null;
    }

    private Result<IdempotentAnswer> Answer(UnitOfWork unit, NewPayout payout, IdempotentCall call, Func<PayoutView, string> render)
    {
        var made = Request(unit, payout, Actor.ApiKey(new ApiKeyId(call.CallerId)));
        if (made.IsRefused) return made.Refusal!;
        var answer = render(made.Value);
        Idempotency.Store(unit, call, 201, answer);
        return new IdempotentAnswer(201, answer, IsReplay: false);
    }

    private Result<PayoutId> RequestOwn(UnitOfWork unit, Money amount, string reason, Actor actor, PspBalance balance)
    {
        var ours = OwnMoney.Left(unit, amount.Currency, balance);
        if (ours < amount)
            return new Refusal(RefusalCodes.InsufficientFunds, 409, $"{ours} {ours.Currency} of what the PSP lets us use is ours; the rest is owed to sellers and buyers. Nothing was stored and no money moved.", "amount");
        var payout = Insert(unit, null, new NewPayout(null, amount, reason), actor);
        mover.Created(unit, payout, actor, reason);
        audit.Write(unit, new AuditEntry(actor, "payout.request-own", payout.Id.Value) { Reason = reason, After = $"{amount} {amount.Currency}" });
        var asked = approvals.Ask(unit, new ApprovalAsk(PayoutApproval.Name, payout.Id.Value, actor, amount, reason), ApprovalRule.Always);
        return asked.IsRefused ? asked.Refusal! : payout.Id;
    }

    private static PayoutRow Insert(UnitOfWork unit, SellerBank? bank, NewPayout request, Actor actor)
    {
        var id = unit.NewId<PayoutId>();
        unit.Execute(
            """
            INSERT INTO payouts (payout_id, seller_account, psp_account, amount, currency, status, bank_version, bank_last4, requested_by, reason, round, is_taking_back, is_cancel_asked, is_waiting_for_balance,
                created_at, updated_at, row_version, history_version)
            VALUES ($1, $2, $3, $4, $5, 'REQUESTED', $6, $7, $8, $9, 1, 0, 0, 0, $10, $10, 0, 1)
            """,
            id.Value, bank?.Seller.Value, bank?.PspAccount, request.Amount.Minor, request.Amount.Currency.Code, bank?.Version ?? 0, bank?.Last4, actor.Value, request.Reason, unit.Now);
        return PayoutRow.Of(unit, id);
    }

    private Result<PayoutStatus> AskCancel(UnitOfWork unit, PayoutId id, Actor actor)
    {
        if (PayoutRow.Find(unit, id) is not { } payout) return NotFound(id);
        if (payout.Status == PayoutStatus.Canceled || (payout.IsCancelRequested && payout.Status is PayoutStatus.Sending or PayoutStatus.InTransit)) return payout.Status;
        if (WhyNotCancel(payout.Status, payout.IsTakingBack) is { } why) return Conflict(payout, why);
        audit.Write(unit, new AuditEntry(actor, "payout.cancel", id.Value));
        if (payout.Status is PayoutStatus.Requested or PayoutStatus.Approved)
        {
            mover.Move(unit, payout, PayoutCause.Canceled, actor);
            approvals.Close(unit, PayoutApproval.Name, id.Value, actor);
            RetryQueue.Remove(unit, PayoutSteps.Payout, id.Value);
            return PayoutStatus.Canceled;
        }
        unit.Execute("UPDATE payouts SET cancel_requested_at = $2, updated_at = $2 WHERE payout_id = $1", id.Value, unit.Now);
        Start(unit, payout);
        return payout.Status;
    }

    private Result<PayoutStatus> AskPayAgain(UnitOfWork unit, PayoutId id, string reason, Actor actor)
    {
        if (PayoutRow.Find(unit, id) is not { } payout) return NotFound(id);
        if (WhyNotMend(payout.Status, payout.IsTakingBack, payout.Seller is null) is { } why) return Conflict(payout, why);
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why it is paid again.", "reason");
        var bank = SellerBank.Of(unit, payout.Seller!.Value)!;
        if (bank.PspAccount != payout.PspAccount) return Conflict(payout, "The seller has another account at the PSP by now, and the money is in the former one: take it back");
        audit.Write(unit, new AuditEntry(actor, "payout.pay-again", id.Value) { Reason = reason, Before = payout.BankLast4, After = bank.Last4 });
        // The second person of the first round saw another bank account: this one is asked about anew.
        if (bank.Version != payout.BankVersion)
        {
            var asked = approvals.AskIfAbove(unit, new ApprovalAsk(PayAgainApproval.Name, id.Value, actor, payout.Amount, reason));
            if (asked.IsRefused) return asked.Refusal!;
            if (asked.Value is not null) return payout.Status;
        }
        PayAgain(unit, payout, bank, actor, reason);
        return PayoutStatus.Sending;
    }

    private Result<PayoutStatus> AskTakeBack(UnitOfWork unit, PayoutId id, string reason, Actor actor)
    {
        if (PayoutRow.Find(unit, id) is not { } payout) return NotFound(id);
        if (WhyNotMend(payout.Status, payout.IsTakingBack, payout.Seller is null) is { } why) return Conflict(payout, why);
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why it is taken back.", "reason");
        audit.Write(unit, new AuditEntry(actor, "payout.take-back", id.Value) { Reason = reason });
        approvals.Close(unit, PayAgainApproval.Name, id.Value, actor);
        unit.Execute("UPDATE payouts SET is_taking_back = 1, updated_at = $2 WHERE payout_id = $1", id.Value, unit.Now);
        Start(unit, payout);
        return payout.Status;
    }

    private static Refusal NotFound(PayoutId id) => new(RefusalCodes.NotFound, 404, $"There is no payout {id}.");

    private static Refusal Conflict(PayoutRow payout, string why) =>
        new(RefusalCodes.StateConflict, 409, $"{why}. Nothing was changed.", Money: payout.Status == PayoutStatus.Paid ? MoneyEffect.Taken : MoneyEffect.None);
}
