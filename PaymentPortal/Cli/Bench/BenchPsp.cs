using System.Collections.Concurrent;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Cli.Bench;

/// <summary>An event as the PSP would deliver it: what its envelope says, and its body.</summary>
internal sealed record BenchEvent(PspEvent Event, string Body);

/// <summary>
/// A PSP that answers from memory, so that the engine alone is measured. Requests are encoded by the real client, and answers and events are as
/// long as the PSP's, because their bytes are stored.
/// </summary>
internal sealed class BenchPsp(StripeClient wire, TimeProvider time) : IPaymentServiceProvider
{
    private const int CreatedAnswerLength = 2_600;
    private const int FetchedAnswerLength = 7_000;
    private const string Page = "https://psp.example/pay/";

    private static readonly (string Type, string Kind, int Length)[] PaidEvents =
        [("charge.succeeded", "charge", 3_200), ("payment_intent.succeeded", "payment_intent", 2_200), ("checkout.session.completed", "checkout.session", 3_000)];

    private readonly ConcurrentDictionary<string, NewSession> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PspSession> _sessions = new(StringComparer.Ordinal);
    private long _numbers;

    public string Name => "Bench";

    public static string SessionOf(string url) => url[Page.Length..];

    public PspRequest CreateSession(NewSession session)
    {
        _asked[session.PspKey] = session;
        return wire.CreateSession(session);
    }

    public PspRequest ExpireSession(string sessionId) => wire.ExpireSession(sessionId);

    public Task<PspAnswer<PspSession>> SendSessionAsync(PspRequest request, string pspKey, CancellationToken cancellationToken)
    {
        if (!_asked.TryRemove(pspKey, out var asked)) throw new InvalidOperationException($"The bench's PSP only makes sessions, and {pspKey} is none.");
        var id = NewId("cs_test_");
        var now = time.GetUtcNow();
        var total = asked.Lines.Aggregate(Money.Zero(asked.Currency), (sum, line) => sum + line.Amount);
        var session = new PspSession(
            id, SessionStatus.Open, SessionPayment.Unpaid, Page + id, total, null, pspKey, asked.Attempt.Value, now, now.AddHours(24), null, null, null, IsAsyncFailed: false, IsLive: false);
        _sessions[id] = session;
        return Task.FromResult(Answer(session, "POST", request.Path, pspKey, request.Body, CreatedAnswerLength));
    }

    public Task<PspAnswer<PspSession>> FetchSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(_sessions[sessionId], "GET", $"/v1/checkout/sessions/{sessionId}?expand[]=payment_intent.latest_charge.balance_transaction", null, "", FetchedAnswerLength));

    public Task<PspAnswer<IReadOnlyList<PspSession>>> FindSessionsAsync(IReadOnlySet<string> items, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw NotPartOfIt();

    public Task<PspAnswer<IReadOnlyList<PspSession>>> ListSessionsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw NotPartOfIt();

    public Task<PspAnswer<IReadOnlyList<PspCharge>>> ListChargesAsync(string intentId, CancellationToken cancellationToken) => throw NotPartOfIt();

    /// <summary>It keeps no account, which the rule over the PSP's balance only tells of.</summary>
    public Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken) => Task.FromResult(new PspAnswer<PspBalance>(
        PspVerdict.Succeeded, new PspBalance([], []), null, new PspExchange("GET", "/v1/balance", null, 200, NewId("req_"), time.GetUtcNow(), TimeSpan.FromMilliseconds(1), "", "", IsReplay: false)));

    public Task<PspAnswer<IReadOnlyList<PspEvent>>> ListEventsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => throw NotPartOfIt();

    /// <summary>The buyer's card is taken: the session is paid, and these are the events about it.</summary>
    public IReadOnlyList<BenchEvent> Pay(string sessionId)
    {
        var now = time.GetUtcNow();
        var open = _sessions[sessionId];
        var (intent, charge) = (NewId("pi_"), NewId("ch_"));
        var fee = open.Total.BasisPoints(290);
        var settled = new PspBalanceTransaction(NewId("txn_"), open.Total, fee, open.Total - fee, now, now.AddDays(2));
        var paid = open with
        {
            Status = SessionStatus.Complete,
            Payment = SessionPayment.Paid,
            Url = null,
            IntentId = intent,
            IntentStatus = "succeeded",
            Charge = new PspCharge(charge, intent, IsPaid: true, "succeeded", open.Total, null, null, null, "visa", "4242", now, settled),
        };
        _sessions[sessionId] = paid;
        return [.. PaidEvents.Select(kind => Event(kind, paid, now))];
    }

    private BenchEvent Event((string Type, string Kind, int Length) kind, PspSession session, DateTimeOffset now)
    {
        var subject = kind.Kind switch { "charge" => session.Charge!.Id, "payment_intent" => session.IntentId!, _ => session.Id };
        var id = NewId("evt_");
        return new BenchEvent(new PspEvent(id, kind.Type, kind.Kind, subject, session.Attempt, session.IntentId, null, IsLive: false, now), BenchBody.Of(id, kind.Length));
    }

    private PspAnswer<PspSession> Answer(PspSession session, string method, string path, string? key, string request, int length) => new(
        PspVerdict.Succeeded, session, null,
        new PspExchange(method, path, key, 200, NewId("req_"), time.GetUtcNow(), TimeSpan.FromMilliseconds(1), request, BenchBody.Of(session.Id, length), IsReplay: false));

    private string NewId(string prefix) => prefix + Interlocked.Increment(ref _numbers).ToString("x24", CultureInfo.InvariantCulture);

    private static InvalidOperationException NotPartOfIt() => new("No pay-in that goes right asks the PSP for this.");
}
