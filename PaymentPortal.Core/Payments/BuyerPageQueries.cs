using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>All that the buyer's pages show of one payment, read at one moment. Holds no personal data: whoever has the link sees the page.</summary>
/// <param name="NextTryAt">Set while a press on Pay comes too early after a try that failed.</param>
public sealed record BuyerPage(
    CheckoutId Checkout,
    string LinkKey,
    string Merchant,
    Money Total,
    IReadOnlyList<BuyerLine> Lines,
    string? Reference,
    string? SuccessUrl,
    string? CancelUrl,
    DateTimeOffset EndsAt,
    BuyerFacts Facts,
    BuyerState State,
    PaidWith? Paid,
    DateTimeOffset? NextTryAt)
{
    /// <summary>What the buyer names when asking for help.</summary>
    public string Number => BuyerReference.Of(Checkout);
}

/// <summary>One seller's line.</summary>
public sealed record BuyerLine(string Seller, string? Description, Money Amount);

/// <summary>When and with which card; what the card's own statement shows too.</summary>
public sealed record PaidWith(DateTimeOffset At, string? CardBrand, string? CardLast4);

/// <summary>Reads what the buyer's pages show. A page is always drawn from the stored state, never from what the browser sent.</summary>
public sealed class BuyerPageQueries(IDbContextFactory<PortalDb> databases, PaymentSettings settings, RetryPolicies policies, TimeProvider time)
{
    /// <summary>Null when no checkout has this link.</summary>
    public async Task<BuyerPage?> FindAsync(string linkKey, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // One statement, so that status and attempt are of one moment.
        var found = await db.Set<PaymentEvent>().AsNoTracking().Where(payment => payment.LinkKey == linkKey)
            .Select(payment => new
            {
                Payment = payment,
                Attempt = db.Set<Attempt>().Where(attempt => attempt.CheckoutId == payment.CheckoutId).OrderByDescending(attempt => attempt.Number).FirstOrDefault(),
                Charge = db.Set<AttemptCharge>().Where(charge => charge.CheckoutId == payment.CheckoutId && charge.IsPaid).OrderBy(charge => charge.CreatedAt).FirstOrDefault(),
                Decline = db.Set<AttemptCharge>().Where(charge => charge.CheckoutId == payment.CheckoutId && !charge.IsPaid).OrderByDescending(charge => charge.CreatedAt).ThenByDescending(charge => charge.ChargeId).FirstOrDefault(),
                Closed = db.Set<Attempt>().Where(attempt => attempt.CheckoutId == payment.CheckoutId && attempt.State == AttemptState.SessionExpired).Select(attempt => attempt.EndedAt).ToList(),
                IsHeld = db.Set<FinanceTask>().Any(task => task.CheckoutId == payment.CheckoutId && task.State == FinanceTaskState.Open),
            })
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        var lines = await LinesAsync(db, found.Payment, cancellationToken).ConfigureAwait(false);
        var nextTry = new BuyerTries(found.Payment.Declines, found.Decline?.CreatedAt, found.Closed.Count, found.Closed.Max()).NextAt(policies);
        return Page(found.Payment, lines, Facts(found.Payment, found.Attempt, found.Decline, found.IsHeld), found.Charge, nextTry);
    }

    private BuyerPage Page(PaymentEvent payment, List<BuyerLine> lines, BuyerFacts facts, AttemptCharge? charge, DateTimeOffset? nextTry) => new(
        new CheckoutId(payment.CheckoutId), payment.LinkKey, settings.MerchantName, Total(payment), lines, payment.Reference, payment.SuccessUrl, payment.CancelUrl,
        payment.EndsAt, facts, CheckoutOutcome.Of(facts, time.GetUtcNow()),
        payment.IsPaymentDone ? new PaidWith(charge?.CreatedAt ?? payment.UpdatedAt, charge?.CardBrand, charge?.CardLast4) : null, nextTry > time.GetUtcNow() ? nextTry : null);

    private BuyerFacts Facts(PaymentEvent payment, Attempt? attempt, AttemptCharge? decline, bool isHeld)
    {
        var row = new PaymentRow(
            new CheckoutId(payment.CheckoutId), payment.Status, Total(payment), payment.CreatedAt, payment.EndsAt, payment.CancelRequestedAt is not null, payment.Declines, payment.DeclineCap,
            payment.RowVersion, payment.HistoryVersion);
        var newest = attempt is null ? null : new AttemptFacts(
            attempt.State, attempt.PspToken is not null, IsBankCheckOpen(attempt), attempt.StartedAt, attempt.ReturnedAt, attempt.CompletedAt, attempt.SeenAt);
        // A card that was refused before the newest Pay is old news.
        var lastDecline = decline is not null && decline.AttemptId == attempt?.AttemptId ? decline.DeclineCode ?? decline.FailureCode ?? "card_declined" : null;
        return new BuyerFacts(payment.Status, row.WantedEnd(time.GetUtcNow()), payment.Declines, isHeld, newest, lastDecline, payment.DeclineCap);
    }

    private static bool IsBankCheckOpen(Attempt attempt) =>
        attempt.IntentStatus == "requires_action" || attempt is { IntentStatus: "requires_payment_method", IntentFailure: "payment_intent_authentication_failure" };

    private static async Task<List<BuyerLine>> LinesAsync(PortalDb db, PaymentEvent payment, CancellationToken cancellationToken)
    {
        var currency = Currency.Of(payment.Currency);
        var orders = await db.Set<PaymentOrder>().AsNoTracking().Where(order => order.CheckoutId == payment.CheckoutId).OrderBy(order => order.Line)
            .Select(order => new { order.SellerAccount, order.Description, order.Amount }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. orders.Select(order => new BuyerLine(order.SellerAccount, order.Description, new Money(order.Amount, currency)))];
    }

    private static Money Total(PaymentEvent payment) => new(payment.Amount, Currency.Of(payment.Currency));
}
