using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>The facts about an order that decide whether it can be refunded. Page and act ask the same question of them.</summary>
/// <param name="IsDisputed">The PSP has withdrawn the charge's money for a dispute, or it was lost. An inquiry moves no money and hinders nothing.</param>
public sealed record RefundTarget(
    PaymentOrderId Order, CheckoutId Checkout, SellerAccount Seller, Money Amount, Money Fee, GivenBack Before, PaymentOrderStatus Status, string? SessionId, string? IntentId, string? ChargeId, bool IsDisputed)
{
    private const string DisputedSql = $"EXISTS (SELECT 1 FROM disputes d WHERE d.charge_id = b.charge_id AND d.{DisputeWords.MoneyIsGone})";

    public Money Left => Amount - Before.Amount;

    /// <summary>Null when it can be refunded, up to what is left.</summary>
    public Refusal? WhyNot()
    {
        if (Status != PaymentOrderStatus.Success || IntentId is null)
            return new Refusal(RefusalCodes.NotPaid, 409, $"This order is {Status.Word()} and not paid, so there is nothing to refund. No money moved.", "payment_order_id");
        if (IsDisputed)
            return new Refusal(RefusalCodes.ChargeDisputed, 409, "The payment is disputed: the PSP has withdrawn its money, and the bank decides where it goes. While that is open the dispute can be answered or accepted; a lost one has given the buyer his money back. No money moved.", "payment_order_id", MoneyEffect.None);
        return Left.IsZero ? new Refusal(RefusalCodes.AlreadyRefunded, 409, "All of this order is refunded or about to be. Nothing is left, and no money moved.", "payment_order_id") : null;
    }

    /// <summary>What is asked for, or all that is left.</summary>
    public Result<Money> AmountOf(string? text)
    {
        if (WhyNot() is { } why) return why;
        if (text is null) return Left;
        var currency = Amount.Currency;
        if (!Money.TryParse(text, currency, out var amount, out var fault)) return BadAmount($"The amount {fault}.");
        if (amount.Minor <= 0) return BadAmount("The amount must be above zero.");
        if (currency.NeedsTrailingZero && amount.Minor % 10 != 0) return BadAmount($"The PSP takes {currency} only with 0 as the last decimal, like {new Money(1250, currency)}.");
        return amount <= Left ? amount
            : new Refusal(RefusalCodes.RefundTooLarge, 422, $"{amount} {currency} is more than the {Left} {currency} that is left of this order's {Amount} {currency}. Nothing was stored and no money moved.", "amount");
    }

    internal static RefundTarget? Find(UnitOfWork unit, PaymentOrderId order) => unit.QueryFirst(
        $"""
        SELECT o.checkout_id, o.seller_account, o.amount, o.platform_fee, o.currency, o.refunded, o.refunded_fee, o.payment_order_status, b.session_id, a.intent_id, b.charge_id, {DisputedSql}
        FROM payment_orders o
        LEFT JOIN booked_sessions b ON b.checkout_id = o.checkout_id
            AND (b.booked_to = 'Orders' OR EXISTS (SELECT 1 FROM finance_tasks f WHERE f.session_id = b.session_id AND f.state = 'Accepted'))
        LEFT JOIN attempts a ON a.attempt_id = b.attempt_id
        WHERE o.payment_order_id = $1
        """,
        row =>
        {
            var currency = Currency.Of(row.GetString(4));
            return new RefundTarget(
                order, new CheckoutId(row.GetString(0)), SellerAccount.Of(row.GetString(1)), new Money(row.GetInt64(2), currency), new Money(row.GetInt64(3), currency),
                new GivenBack(new Money(row.GetInt64(5), currency), new Money(row.GetInt64(6), currency)), StatusWords.Parse(row.GetString(7)),
                row.TextOrNull(8), row.TextOrNull(9), row.TextOrNull(10), row.GetBoolean(11));
        },
        order.Value);

    private static Refusal BadAmount(string text) => new(RefusalCodes.InvalidAmount, 422, text + " Nothing was stored and no money moved.", "amount");
}
