namespace PaymentPortal.Core.Events;

/// <summary>One field of a fact's data.</summary>
public sealed record EventField(string Name, string Type, string Meaning);

/// <summary>
/// One kind of fact. The version rises when fields are added, which readers must bear; a field never goes and never changes its meaning: that would be
/// a new name.
/// </summary>
public sealed record EventKind(string Type, int Version, string Aggregate, string Meaning, IReadOnlyList<EventField> Fields, string Example);

/// <summary>Every fact that the program tells of. docs/events.md shows the same, and a test holds the two and the engine together.</summary>
public static class EventCatalogue
{
    private const string Checkout = "checkout (`chk_…`)";

    private static readonly EventField[] CheckoutFields =
    [
        new("checkout_id", "id", "The checkout."),
        new("status", "word", "The status that all its orders have from now on."),
        new("amount", "decimal text", "Its total, in the currency's own decimals."),
        new("currency", "ISO 4217", "The currency of the total."),
        new("cause", "word", "Why it moved."),
    ];

    private static readonly EventField[] PayoutFields =
    [
        new("payout_id", "id", "The payout."),
        new("seller_account", "text or null", "Who is paid; null for the platform's own money."),
        new("status", "word", "The status that it has from now on."),
        new("amount", "decimal text", "What is paid out, in the currency's own decimals."),
        new("currency", "ISO 4217", "The currency of the amount."),
        new("cause", "word", "Why it moved."),
        new("failure_code", "word or null", "The bank's reason, where it failed."),
    ];

    public static IReadOnlyList<EventKind> All { get; } =
    [
        OfCheckout(EventTypes.CheckoutCreated, "A checkout was made; nobody has pressed Pay.", "NOT_STARTED", "Created"),
        OfCheckout(EventTypes.CheckoutExecuting, "The buyer pressed Pay for the first time.", "EXECUTING", "PayPressed"),
        OfCheckout(EventTypes.CheckoutSucceeded, "The money was taken, and ledger and wallets hold it.", "SUCCESS", "SessionPaid"),
        OfCheckout(EventTypes.CheckoutFailed, "The PSP says that it was not and will not be paid.", "FAILED", "TooManyDeclines"),
        OfCheckout(EventTypes.CheckoutExpired, "Its time ran out unpaid.", "EXPIRED", "CheckoutEnded"),
        OfCheckout(EventTypes.CheckoutCanceled, "It was cancelled unpaid.", "CANCELED", "Canceled"),
        new(
            EventTypes.AttemptDeclined, 1, "attempt (`att_…`)", "The bank declined a card; no money moved, and the buyer may try another. Declines that are first seen after the payment succeeded are not told.",
            [
                new("attempt_id", "id", "The attempt whose page the card was typed on."),
                new("checkout_id", "id", "Its checkout."),
                new("charge_id", "text", "The PSP's id of the failed charge."),
                new("amount", "decimal text", "What was to be charged."),
                new("currency", "ISO 4217", "The currency of the amount."),
                new("code", "word or null", "The bank's reason, else the PSP's, as in the error catalogue."),
            ],
            """{"attempt_id":"att_01KAPV5E6X4T4Q2J0M8RZC7WQD","checkout_id":"chk_01KAPV5DZQ8Y6N3H2K4B7GXT1M","charge_id":"ch_3Q","amount":"12.50","currency":"USD","code":"insufficient_funds"}"""),
        new(
            EventTypes.WebhookTest, 1, "webhook endpoint (`whe_…`)", "A person asked for a test. It is told to that endpoint alone, whatever types it wants, and nothing happened to any payment.",
            [
                new("endpoint_id", "id", "The endpoint that is tried."),
                new("is_test", "true", "Always: nothing follows from it."),
            ],
            """{"endpoint_id":"whe_01KAPV5E6X4T4Q2J0M8RZC7WQD","is_test":true}"""),
        .. ReturnFacts.All,
        OfPayout(EventTypes.PayoutRequested, "A payout was asked for; its money is kept back from the wallet.", "REQUESTED", "Created"),
        OfPayout(EventTypes.PayoutApproved, "It was approved, by a second person or for being small enough, and is sent next.", "APPROVED", "WithinLimit"),
        OfPayout(EventTypes.PayoutInTransit, "It is with the PSP and on its way to the bank.", "IN_TRANSIT", "PayoutMade"),
        OfPayout(EventTypes.PayoutPaid, "It arrived. A bank may still send it back: then payout.returned follows.", "PAID", "PaidByPsp"),
        OfPayout(EventTypes.PayoutFailed, "It did not arrive. The money is kept back until finance pays it again or gives it back to the wallet.", "FAILED", "FailedAtBank", "account_closed"),
        OfPayout(EventTypes.PayoutReturned, "The bank sent it back after it was paid. The money is kept back until finance pays it again or gives it back to the wallet.", "RETURNED", "ReturnedByBank", "could_not_process"),
        OfPayout(EventTypes.PayoutRefused, "It will not be paid; the money is in the wallet again.", "REFUSED", "ApprovalRefused"),
        OfPayout(EventTypes.PayoutCanceled, "It was cancelled or taken back; the money is in the wallet again.", "CANCELED", "Canceled"),
        new(
            EventTypes.DayClosed, 1, "UTC day (`day_…`)", "Two people signed the figures of a day, and it is locked: whatever is learnt of it later is booked on an open day.",
            [
                new("day", "date", "The UTC day."),
                new("figures_sha256", "text", "SHA-256 of the figures that both signed."),
                new("differences", "number", "How many differences from the PSP's file were named to them."),
            ],
            """{"day":"2026-11-22","figures_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","differences":2}"""),
    ];

    /// <summary>Those that somebody may choose to be told of: a test is told to whom it tries.</summary>
    public static IEnumerable<EventKind> ToChoose => All.Where(kind => kind.Type != EventTypes.WebhookTest);

    public static bool Has(string type) => All.Any(kind => kind.Type == type);

    public static EventKind Of(string type) => All.FirstOrDefault(kind => kind.Type == type) ?? throw new ArgumentException($"The catalogue has no fact '{type}'.", nameof(type));

    private static EventKind OfPayout(string type, string meaning, string status, string cause, string? failure = null) => new(
        type, 1, "payout (`out_…`)", meaning, PayoutFields,
        $$"""{"payout_id":"out_01KAPV5F3A9C7R2M6T8W4YZQ0N","seller_account":"seller-1","status":"{{status}}","amount":"12.18","currency":"USD","cause":"{{cause}}","failure_code":{{(failure is null ? "null" : $"\"{failure}\"")}}}""");

    private static EventKind OfCheckout(string type, string meaning, string status, string cause) => new(
        type, 1, Checkout, meaning, CheckoutFields,
        $$"""{"checkout_id":"chk_01KAPV5DZQ8Y6N3H2K4B7GXT1M","status":"{{status}}","amount":"12.50","currency":"USD","cause":"{{cause}}"}""");
}
