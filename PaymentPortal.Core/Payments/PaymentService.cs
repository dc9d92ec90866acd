using System.Globalization;
using System.Security.Cryptography;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payments;

/// <summary>Creates and cancels checkouts for the platform's backend.</summary>
public sealed class PaymentService(WriteLane lane, Buyers buyers, WalletService wallets, AuditLog audit, PaymentMover mover, PaymentEnding ending, RetryPolicies policies, PaymentSettings settings)
{
    /// <summary>
    /// One unit: answer for the repeat, payment event, orders, audit, fact. A repeat of the same call gets the first answer and does nothing.
    /// </summary>
    public async Task<Result<IdempotentAnswer>> CreateAsync(NewCheckout request, IdempotentCall call, Func<CheckoutView, string> render, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("create-before");
        var result = await lane.RunAsync(unit => Idempotency.Find(unit, call) ?? Create(unit, request, call, render), cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("create-after");
        return result;
    }

    /// <summary>
    /// Wants a checkout over. Settled at once when no session exists; otherwise the PSP is asked, and the status tells whether it has answered.
    /// </summary>
    public async Task<Result<PaymentOrderStatus>> CancelAsync(CheckoutId checkout, Actor actor, CancellationToken cancellationToken)
    {
        var asked = await lane.RunAsync(unit => AskCancel(unit, checkout, actor), cancellationToken).ConfigureAwait(false);
        if (asked.IsRefused || asked.Value.IsFinal()) return asked;
        return (await ending.EndAsync(checkout, CancellationToken.None).ConfigureAwait(false)).Status;
    }

    private Result<PaymentOrderStatus> AskCancel(UnitOfWork unit, CheckoutId checkout, Actor actor)
    {
        if (PaymentRow.Find(unit, checkout) is not { } payment)
            return new Refusal(RefusalCodes.NotFound, 404, $"There is no checkout {checkout}.");
        if (payment.Status is PaymentOrderStatus.Success or PaymentOrderStatus.Failed)
            return new Refusal(RefusalCodes.StateConflict, 409, $"This checkout is {payment.Status.Word()} and can't be cancelled any more.", Money: payment.Status == PaymentOrderStatus.Success ? MoneyEffect.Taken : MoneyEffect.None);
        if (payment.Status.IsFinal() || payment.IsCancelRequested) return payment.Status;
        if (payment.HeldForFinance(unit).Any(kind => kind is FinanceTaskKind.AmountDiffers or FinanceTaskKind.SettlementDiffers))
            return new Refusal(RefusalCodes.StateConflict, 409, "Money was paid for this checkout that could not be booked to its orders. It can't be cancelled until finance has decided about that money.", Money: MoneyEffect.Taken);
        unit.Execute("UPDATE payment_events SET cancel_requested_at = $2, updated_at = $2 WHERE checkout_id = $1", checkout.Value, unit.Now);
        audit.Write(unit, new AuditEntry(actor, "checkout.cancel", checkout.Value));
        // The step goes on by itself if this process dies before the PSP has answered; not at once, because the caller asks the PSP himself.
        RetryQueue.Add(unit, PaymentSteps.CheckoutEnd, checkout.Value, unit.Now + PaymentSteps.CancelPatience);
        return payment.Status;
    }

    private Result<IdempotentAnswer> Create(UnitOfWork unit, NewCheckout request, IdempotentCall call, Func<CheckoutView, string> render)
    {
        var checkout = unit.NewId<CheckoutId>();
        var user = buyers.Ensure(unit, request.BuyerAccount, request.BuyerName, request.BuyerEmail);
        var link = NewLink(unit.Now);
        var payment = new PaymentRow(checkout, PaymentOrderStatus.NotStarted, request.Total, unit.Now, CheckoutTimes.EndWithoutPay(unit.Now), IsCancelRequested: false, Declines: 0, policies.BuyerCap, RowVersion: 0, HistoryVersion: 1);
        unit.Execute(
            """
            INSERT INTO payment_events (checkout_id, user_id, buyer_account, is_payment_done, status, link_key, currency, amount, reference, success_url, cancel_url, api_key_id, created_at, updated_at, ends_at, declines, decline_cap, row_version, history_version)
            VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, 0, $14, 0, 1)
            """,
            checkout.Value, user, request.BuyerAccount, payment.Status.Word(), link, payment.Total.Currency.Code, payment.Total.Minor, request.Reference, request.SuccessUrl, request.CancelUrl, call.CallerId, unit.Now, payment.EndsAt, payment.DeclineCap);
        var orders = request.Orders.Select((order, at) => Insert(unit, checkout, request.BuyerAccount, order, at + 1)).ToList();
        var actor = Actor.ApiKey(new ApiKeyId(call.CallerId));
        mover.Created(unit, payment, actor);
        RetryQueue.Add(unit, PaymentSteps.CheckoutEnd, checkout.Value, payment.EndsAt);
        audit.Write(unit, new AuditEntry(actor, "checkout.create", checkout.Value));
        var answer = render(new CheckoutView(
            checkout, payment.Status, payment.Total, request.BuyerAccount, request.Reference, $"{settings.PublicBaseAddress()}/pay/{link}", unit.Now, payment.EndsAt, orders));
        Idempotency.Store(unit, call, 201, answer);
        return new IdempotentAnswer(201, answer, IsReplay: false);
    }

    private OrderView Insert(UnitOfWork unit, CheckoutId checkout, string buyer, NewOrder order, int line)
    {
        var id = unit.NewId<PaymentOrderId>();
        var basisPoints = wallets.EnsureSeller(unit, order.Seller).PlatformFeeBasisPoints ?? settings.PlatformFeeBasisPoints;
        var fee = order.Amount.BasisPoints(basisPoints);
        unit.Execute(
            """
            INSERT INTO payment_orders (payment_order_id, checkout_id, line, buyer_account, seller_account, amount, platform_fee, currency, payment_order_status, ledger_updated, wallet_updated, description, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $11)
            """,
            id.Value, checkout.Value, line, buyer, order.Seller.Value, order.Amount.Minor, fee.Minor, order.Amount.Currency.Code, PaymentOrderStatus.NotStarted.Word(), order.Description, unit.Now);
        return new OrderView(id, order.Seller, order.Amount, fee, PaymentOrderStatus.NotStarted, LedgerUpdated: false, WalletUpdated: false, order.Description);
    }

    /// <summary>128 random bits behind the moment of their making: keys in random order would touch a page of the index each, these only its end.</summary>
    private static string NewLink(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():x11}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
}
