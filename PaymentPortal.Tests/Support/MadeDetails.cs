using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Support;

/// <summary>Payments as a page gets them, for tests of pages that want no store.</summary>
internal static class MadeDetails
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    public static readonly CheckoutId Id = new("chk_01JC8QZK5N7V9X3W2T4R6M8P7Q");

    public static Money Usd(long minor) => new(minor, Currency.Of("USD"));

    /// <summary>A payment of 12.50 USD that is paid, booked and agrees with its books.</summary>
    public static PaymentDetails Paid() => Open() with
    {
        State = PaymentState.Succeeded,
        Orders = [Order(isBooked: true)],
        Entries =
        [
            Entry("jrn_1", EntryKind.PayIn, "ord_1", ("psp:clearing", 1250), ("seller:seller-1:payable", -1219), ("platform:fees", -31)),
            Entry("jrn_2", EntryKind.PspFee, "txn_1", ("psp:fees", 66), ("psp:clearing", -66)),
        ],
    };

    public static PaymentDetails Open() => new(
        new PaymentEvent
        {
            CheckoutId = Id.Value, UserId = "usr_1", BuyerAccount = "buyer-1", Status = PaymentOrderStatus.Executing, LinkKey = "link", Currency = "USD", Amount = 1250, ApiKeyId = "key_1",
            CreatedAt = Start, UpdatedAt = Start, EndsAt = Start.AddHours(23),
        },
        PaymentState.RequiresAction, [Order(isBooked: false)], [], [], [], [], [], [], [], [], [], new BuyerView("usr_1", "buyer-1", "Anna K.", "a***@example.com", false),
        new Dictionary<string, string> { ["usr_9"] = "ana@portal.example" }, "https://pay.example/pay/link", Start.AddHours(1));

    /// <summary>An open attempt, with or without a page, whose step fails since then.</summary>
    public static PaymentDetails Unknown(DateTimeOffset failingSince, string? token, string? error = "The PSP did not answer in time.") => Open() with
    {
        Payment = new PaymentEvent
        {
            CheckoutId = Id.Value, UserId = "usr_1", BuyerAccount = "buyer-1", Status = PaymentOrderStatus.Executing, LinkKey = "link", Nonce = "att_1", PspToken = token, Currency = "USD", Amount = 1250,
            ApiKeyId = "key_1", CreatedAt = Start, UpdatedAt = Start, EndsAt = Start.AddHours(23),
        },
        State = error is null ? PaymentState.RequiresAction : PaymentState.Retrying,
        Attempts = [new Attempt { AttemptId = "att_1", CheckoutId = Id.Value, Number = 1, State = AttemptState.Open, PspToken = token, StartedAt = Start }],
        Steps =
        [
            new RetryTask
            {
                TaskId = "tsk_1", Kind = PaymentSteps.Attempt, SubjectId = "att_1", State = TaskState.Due, DueAt = Start.AddHours(1), Tries = error is null ? 0 : 3, LastError = error,
                ErrorClass = error is null ? null : ErrorClass.Unanswered, FailingSince = error is null ? null : failingSince, CreatedAt = Start,
            },
        ],
    };

    public static PaymentEntry Entry(string id, EntryKind kind, string source, params (string Account, long Minor)[] lines) =>
        new(new JournalEntryId(id), kind, source, Start, Start, "", [.. lines.Select(line => new PaymentEntryLine(line.Account, Usd(line.Minor)))]);

    public static PspTalkLine Call(int minute, PspVerdict verdict, string? error = null) => new(
        new PspExchangeId($"pex_{minute}"), "att_1", verdict, error,
        new PspExchange("GET", "/v1/checkout/sessions/cs_1?expand=x", null, verdict == PspVerdict.Succeeded ? 200 : null, null, Start.AddMinutes(minute), TimeSpan.FromMilliseconds(120), "", "{}", false));

    public static RetryTask Step(DateTimeOffset due, TaskState state = TaskState.Due, string? error = null) =>
        new() { TaskId = "tsk_1", Kind = PaymentSteps.Attempt, SubjectId = "att_1", State = state, DueAt = due, Tries = error is null ? 0 : 3, LastError = error, CreatedAt = Start };

    private static PaymentOrder Order(bool isBooked) => new()
    {
        PaymentOrderId = "ord_1", CheckoutId = Id.Value, Line = 1, BuyerAccount = "buyer-1", SellerAccount = "seller-1", Amount = 1250, PlatformFee = 31, Currency = "USD",
        LedgerUpdated = isBooked, WalletUpdated = isBooked, CreatedAt = Start, UpdatedAt = Start,
    };
}
