using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>How a seeded payment stands; one for each state that a person is shown, and the ways into it.</summary>
public enum SeedShape
{
    Created,
    AtPsp,
    Confirming,
    Starting,
    CancelAsked,
    Retrying,
    Dead,
    Overdue,
    Paid,
    PaidLate,
    Failed,
    Canceled,
    Expired,
}

/// <summary>One seeded payment and the ids under which a person may look for it.</summary>
public sealed record SeededPayment(
    CheckoutId Id, SeedShape Shape, Money Total, string Buyer, string Seller, string Reference, string Email, PaymentOrderId Order, AttemptId? Attempt, string? Session, string? Intent, string? Charge, DateTimeOffset CreatedAt);

/// <summary>
/// Writes payments as the engine leaves them, without a PSP: rows for pages and lists to read. Every seventh minute one payment, shapes, buyers,
/// sellers and currencies in turn, so that any filter finds some.
/// </summary>
public sealed class PaymentSeed(WriteLane lane, FieldCipher cipher, HashChain chain, ManualTime time)
{
    private static readonly DeadLetters Letters = new([new DeadAttempt()], NullLogger<DeadLetters>.Instance);

    public static readonly IReadOnlyList<string> Currencies = ["USD", "EUR", "JPY", "KWD", "GBP"];
    private static readonly SeedShape[] Shapes = Enum.GetValues<SeedShape>();
    private static readonly string[] Declines = ["insufficient_funds", "do_not_honor", "expired_card"];
    private readonly Journal _journal = new(chain);
    private readonly Buyers _buyers = new(cipher);
    private int _made;

    public async Task<IReadOnlyList<SeededPayment>> AddAsync(int count, Func<int, SeedShape>? shapeOf = null)
    {
        var all = new List<SeededPayment>(count);
        for (var at = 0; at < count; at++)
        {
            var number = _made++;
            var shape = shapeOf?.Invoke(number) ?? Shapes[number % Shapes.Length];
            all.Add(await lane.RunAsync(unit => Add(unit, number, shape), CancellationToken.None));
            time.Advance(TimeSpan.FromMinutes(7));
        }
        return all;
    }

    private SeededPayment Add(UnitOfWork unit, int number, SeedShape shape)
    {
        var currency = Currency.Of(Currencies[number / Shapes.Length % Currencies.Count]);
        var total = new Money((1 + (number % 400)) * 10 * currency.MinorPerMajor, currency);
        var (buyer, seller, reference) = ($"buyer-{number % 50}", $"seller-{number % 20}", $"order-{number:00000}");
        var email = $"anna.{number % 50}@example.com";
        var checkout = unit.NewId<CheckoutId>();
        var order = unit.NewId<PaymentOrderId>();
        AttemptId? attempt = shape == SeedShape.Created ? null : unit.NewId<AttemptId>();
        var hasSession = shape is not (SeedShape.Created or SeedShape.Starting or SeedShape.Dead);
        var hasCharge = shape is SeedShape.Paid or SeedShape.PaidLate or SeedShape.Failed or SeedShape.Retrying;
        var made = new SeededPayment(checkout, shape, total, buyer, seller, reference, email, order, attempt,
            hasSession ? $"cs_test_{number:00000}" : null, hasSession ? $"pi_{number:00000}" : null, hasCharge ? $"ch_{number:00000}" : null, unit.Now);
        InsertPayment(unit, made, _buyers.Ensure(unit, buyer, $"Anna Kovacs {number % 50}", email));
        if (attempt is { } id) InsertAttempt(unit, made, id);
        InsertSteps(unit, made);
        Settle(unit, made, number);
        return made;
    }

    private static void InsertPayment(UnitOfWork unit, SeededPayment made, string user)
    {
        var status = StatusOf(made.Shape);
        var isPaid = status == PaymentOrderStatus.Success;
        // Those that are still under way end far in the future, so that time alone does not change a test's counts.
        var ends = made.Shape == SeedShape.Overdue ? unit.Now.AddMinutes(-30) : unit.Now.AddYears(1);
        unit.Execute(
            """
            INSERT INTO payment_events (checkout_id, user_id, buyer_account, is_payment_done, status, nonce, psp_token, link_key, currency, amount, reference, success_url, api_key_id, created_at, updated_at, ends_at, cancel_requested_at, declines, row_version, history_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'https://shop.example/ok', 'key_seed', $12, $12, $13, $14, $15, 0, 1)
            """,
            made.Id.Value, user, made.Buyer, isPaid, status.Word(), made.Attempt?.Value, made.Session, "link" + made.Id.Value, made.Total.Currency.Code, made.Total.Minor, made.Reference, unit.Now, ends,
            made.Shape == SeedShape.CancelAsked ? unit.Now.AddYears(1).AddDays(-1) : null, made.Shape is SeedShape.Failed or SeedShape.Retrying ? 1 : made.Shape == SeedShape.CancelAsked ? RetryDefaults.BuyerCap : 0);
        unit.Execute(
            """
            INSERT INTO payment_orders (payment_order_id, checkout_id, line, buyer_account, seller_account, amount, platform_fee, currency, payment_order_status, ledger_updated, wallet_updated, description, created_at, updated_at)
            VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $9, 'Two tickets', $10, $10)
            """,
            made.Order.Value, made.Id.Value, made.Buyer, made.Seller, made.Total.Minor, made.Total.BasisPoints(250).Minor, made.Total.Currency.Code, status.Word(), isPaid, unit.Now);
        unit.Execute(
            "INSERT INTO payment_history (checkout_id, version, from_status, to_status, cause, actor, at, mac, key_id) VALUES ($1, 1, NULL, 'NOT_STARTED', 'Created', 'key:key_seed', $2, x'00', 'seed')",
            made.Id.Value, unit.Now);
    }

    private static void InsertAttempt(UnitOfWork unit, SeededPayment made, AttemptId id)
    {
        var state = made.Shape switch
        {
            SeedShape.Paid or SeedShape.PaidLate => AttemptState.Paid,
            SeedShape.Failed or SeedShape.Canceled or SeedShape.Expired => AttemptState.SessionExpired,
            SeedShape.Dead => AttemptState.Rejected,
            _ => AttemptState.Open,
        };
        unit.Execute(
            "INSERT INTO attempts (attempt_id, checkout_id, number, state, psp_token, intent_id, started_at, ended_at, completed_at) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)",
            id.Value, made.Id.Value, state, made.Session, made.Intent, unit.Now, state == AttemptState.Open ? null : unit.Now.AddMinutes(1), made.Shape == SeedShape.Confirming ? unit.Now : null);
    }

    private static void InsertSteps(UnitOfWork unit, SeededPayment made)
    {
        if (StatusOf(made.Shape) is PaymentOrderStatus.NotStarted or PaymentOrderStatus.Executing)
            RetryQueue.Add(unit, PaymentSteps.CheckoutEnd, made.Id.Value, unit.Now.AddYears(1));
        if (made.Attempt is not { } attempt || made.Shape is not (SeedShape.AtPsp or SeedShape.Confirming or SeedShape.Starting or SeedShape.Retrying or SeedShape.Dead)) return;
        RetryQueue.Add(unit, PaymentSteps.Attempt, attempt.Value, unit.Now.AddYears(1));
        if (made.Shape == SeedShape.Retrying) unit.Execute("UPDATE retry_tasks SET tries = 3, last_error = 'The PSP did not answer in time.' WHERE subject_id = $1", attempt.Value);
        if (made.Shape == SeedShape.Dead)
            Letters.Bury(unit, RetryQueue.ClaimNow(unit, PaymentSteps.Attempt, attempt.Value)!, new TaskFailure(RetryOperations.CreateSession, ErrorClass.Rejected, "Stripe", "amount_too_small", "Amount must be at least $0.50 usd", MoneyEffect.None));
    }

    private void Settle(UnitOfWork unit, SeededPayment made, int number)
    {
        var isPaid = made.Shape is SeedShape.Paid or SeedShape.PaidLate;
        if (made.Charge is { } charge)
        {
            unit.Execute(
                "INSERT INTO attempt_charges (charge_id, attempt_id, checkout_id, is_paid, amount, currency, failure_code, decline_code, card_brand, card_last4, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'visa', $9, $10)",
                charge, made.Attempt!.Value.Value, made.Id.Value, isPaid, made.Total.Minor, made.Total.Currency.Code, isPaid ? null : "card_declined", isPaid ? null : Declines[number % 3], $"{4000 + (number % 97)}", unit.Now);
        }
        if (!isPaid) return;
        var movement = new PspMovement($"txn_{number:00000}", unit.Now, unit.Now.AddDays(2));
        if (made.Shape == SeedShape.Paid)
        {
            _journal.Post(unit, PostingRules.PayIn(made.Id, new OrderShare(made.Order, SellerAccount.Of(made.Seller), made.Total, made.Total.BasisPoints(250)), movement));
        }
        else
        {
            _journal.Post(unit, PostingRules.Suspense(made.Id, made.Session!, made.Total, movement, "paid after the orders had ended"));
            unit.Execute(
                "INSERT INTO finance_tasks (session_id, checkout_id, kind, state, amount, currency, created_at) VALUES ($1, $2, 'LateSuccess', 'Open', $3, $4, $5)",
                made.Session, made.Id.Value, made.Total.Minor, made.Total.Currency.Code, unit.Now);
        }
        unit.Execute(
            "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            made.Session, made.Id.Value, made.Attempt!.Value.Value, made.Shape == SeedShape.Paid ? "Orders" : "Suspense", made.Total.Minor, made.Total.Currency.Code, made.Charge, unit.Now);
        var fee = new Money(Math.Max(1, made.Total.Minor / 50), made.Total.Currency);
        if (PostingRules.PspFee(made.Id, fee, movement) is { } entry) _journal.Post(unit, entry);
    }

    private static PaymentOrderStatus StatusOf(SeedShape shape) => shape switch
    {
        SeedShape.Created => PaymentOrderStatus.NotStarted,
        SeedShape.Paid => PaymentOrderStatus.Success,
        SeedShape.Failed => PaymentOrderStatus.Failed,
        SeedShape.Canceled => PaymentOrderStatus.Canceled,
        SeedShape.Expired or SeedShape.PaidLate => PaymentOrderStatus.Expired,
        _ => PaymentOrderStatus.Executing,
    };
}
