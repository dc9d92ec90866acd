using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>
/// The PSP port over Stripe's REST API, for the real one and the sandbox alike. Every call ends in a verdict; an answer counts as success only
/// when it can be read and is about the object that was meant.
/// </summary>
public sealed partial class StripeClient : IPaymentServiceProvider, IDisposable
{
    private const int PageSize = 100;

    /// <summary>Ten thousand objects: a caller that hits it must ask for a shorter time.</summary>
    private const int MaxPages = 100;

    private const int MaxSearchPages = 20_000;

    private readonly bool _isLive;
    private readonly StripeTransport _transport;
    private readonly PspHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger<StripeClient> _logger;

    public StripeClient(StripeOptions options, PspHealth health, TimeProvider time, ILogger<StripeClient> logger)
    {
        (_health, _time, _logger, _isLive) = (health, time, logger, options.IsLive);
        _transport = new StripeTransport(options, health, time);
    }

    public string Name => "Stripe";

    public PspRequest CreateSession(NewSession session) => StripeRequests.CreateSession(session);

    public PspRequest ExpireSession(string sessionId) => StripeRequests.ExpireSession(sessionId);

    public Task<PspAnswer<PspSession>> SendSessionAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        PostAsync(request, pspKey, body =>
        {
            var session = StripeObjects.Session(body);
            var isMeant = request.Path == StripeRequests.Sessions
                ? session.PspKey == pspKey
                : request.Path.StartsWith(StripeRequests.Session(session.Id) + "/", StringComparison.Ordinal);
            return isMeant ? OfOurMode(session) : throw new StripeShapeException("The answer is about another session.");
        }, cancellationToken);

    public async Task<PspAnswer<PspSession>> FetchSessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(StripeRequests.FetchSession(sessionId), body =>
        {
            var session = StripeObjects.Session(body);
            return session.Id == sessionId ? OfOurMode(session) : throw new StripeShapeException("The answer is about another session.");
        }, cancellationToken).ConfigureAwait(false);
        // The fee is booked with the payment, so the payment waits until the PSP has settled it.
        return answer.Value is { Payment: SessionPayment.Paid } and not { Charge.BalanceTransaction: not null } ? answer with { Verdict = PspVerdict.Pending } : answer;
    }

    public Task<PspAnswer<IReadOnlyList<PspSession>>> ListSessionsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        ListAsync(StripeRequests.Created(StripeRequests.Sessions, createdFrom, createdTo), ReadOwn, cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspSession>>> FindSessionsAsync(IReadOnlySet<string> items, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        ListAsync(
            StripeRequests.Created(StripeRequests.Sessions, createdFrom, createdTo), session => KeyOf(session) is { } key && items.Contains(PspKey.ItemOf(key)) ? StripeObjects.Session(session) : null,
            cancellationToken, maxPages: MaxSearchPages);

    public Task<PspAnswer<IReadOnlyList<PspCharge>>> ListChargesAsync(string intentId, CancellationToken cancellationToken) =>
        ListAsync(StripeRequests.Charges(intentId), StripeObjects.Charge, cancellationToken);

    public Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken) => GetAsync("/v1/balance", StripeObjects.Balance, cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspEvent>>> ListEventsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        ListAsync(StripeRequests.Created("/v1/events", createdFrom, createdTo), StripeObjects.Event, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private PspSession OfOurMode(PspSession session) => session.IsLive == _isLive ? session
        : throw new StripeShapeException($"The session is of the {PspMode.Word(session.IsLive)} mode, our key of the {PspMode.Word(_isLive)} mode.");

    /// <summary>The account may have sessions that other programs made, in shapes that we don't know.</summary>
    private static PspSession? ReadOwn(JsonElement session) => KeyOf(session) is null ? null : StripeObjects.Session(session);

    private static string? KeyOf(JsonElement session) => session.ChildObject("metadata")?.Text(StripeRequests.PspKeyField);

    /// <param name="account">The connected account that is asked about; null for the platform's own.</param>
    internal async Task<PspAnswer<IReadOnlyList<T>>> ListAsync<T>(string path, Func<JsonElement, T?> read, CancellationToken cancellationToken, string? account = null, int maxPages = MaxPages)
        where T : class
    {
        var all = new List<T>();
        string? after = null;
        var startedAt = _time.GetUtcNow();
        for (var page = 1; ; page++)
        {
            var query = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={PageSize}{(after is null ? "" : "&starting_after=" + Uri.EscapeDataString(after))}";
            var answer = await GetAsync(query, body => StripePage<T>.Read(body, read), cancellationToken, account).ConfigureAwait(false);
            // A list is as old as its first page: what was made after that may stand on none.
            var exchange = answer.Exchange with { StartedAt = startedAt };
            if (answer.Value is null) return new PspAnswer<IReadOnlyList<T>>(answer.Verdict, null, answer.Error, exchange) { RetryAfter = answer.RetryAfter, IsHeld = answer.IsHeld };
            all.AddRange(answer.Value.Items);
            if (answer.Value.LastId is null) return new PspAnswer<IReadOnlyList<T>>(PspVerdict.Succeeded, all, null, exchange);
            if (page == maxPages) return new PspAnswer<IReadOnlyList<T>>(PspVerdict.Unknown, null, StripeErrors.BadAnswer(null, "The list is too long to read in one go."), exchange);
            after = answer.Value.LastId;
        }
    }

    internal async Task<PspAnswer<T>> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken, string? account = null)
        where T : class
    {
        var (startedAt, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        var reply = await _transport.GetAsync(path, account, cancellationToken).ConfigureAwait(false);
        return Judge(reply, read, new PspExchange("GET", path, null, reply.Status, reply.RequestId, startedAt, _time.GetElapsedTime(stamp), "", StripeRedaction.Json(reply.Body.Span), reply.IsReplay));
    }

    internal async Task<PspAnswer<T>> PostAsync<T>(PspRequest request, string pspKey, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var (startedAt, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        var reply = await _transport.PostAsync(request, pspKey, cancellationToken).ConfigureAwait(false);
        return Judge(reply, read, new PspExchange("POST", request.Path, pspKey, reply.Status, reply.RequestId, startedAt, _time.GetElapsedTime(stamp),
            StripeRedaction.Form(request.Body), StripeRedaction.Json(reply.Body.Span), reply.IsReplay));
    }

    private PspAnswer<T> Judge<T>(StripeReply reply, Func<JsonElement, T> read, PspExchange exchange)
        where T : class
    {
        var answer = Read(reply, read, exchange);
        if (_health.Saw(answer.Verdict, answer.Error)) Log.KeyRefused(_logger, reply.Status, PspHealth.Pause);
        if (answer is { Verdict: PspVerdict.NotSent or PspVerdict.Unknown, Error: { } error })
            Log.CallUnsettled(_logger, exchange.Method, exchange.Path, exchange.PspKey, answer.Verdict, error.Code, reply.Status, reply.RequestId, error.Message);
        return answer;
    }

    private static PspAnswer<T> Read<T>(StripeReply reply, Func<JsonElement, T> read, PspExchange exchange)
        where T : class
    {
        if (reply is not { Reach: StripeReach.Answered, Status: >= 200 and < 300 })
        {
            var error = StripeErrors.Of(reply);
            var verdict = reply.Reach switch
            {
                StripeReach.NotSent => PspVerdict.NotSent,
                StripeReach.Lost => PspVerdict.Unknown,
                StripeReach.Answered => StripeVerdicts.Of(reply.Status!.Value, error),
            };
            return new PspAnswer<T>(verdict, null, error, exchange) { RetryAfter = reply.RetryAfter, IsHeld = reply.IsHeld };
        }
        try
        {
            using var document = StripeJson.Parse(reply.Body);
            return new PspAnswer<T>(PspVerdict.Succeeded, read(document.RootElement), null, exchange);
        }
        catch (StripeShapeException wrong)
        {
            return new PspAnswer<T>(PspVerdict.Unknown, null, StripeErrors.BadAnswer(reply.Status, wrong.Message), exchange);
        }
    }
}
