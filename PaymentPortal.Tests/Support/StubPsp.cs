using System.Collections.Concurrent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Support;

/// <summary>The PSP port without a PSP: every session is made at once and is paid when a test says so. For tests that need thousands of payments.</summary>
internal sealed class StubPsp(TimeProvider time) : IPaymentServiceProvider
{
    private readonly ConcurrentDictionary<string, PspSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NewSession> _wanted = new(StringComparer.Ordinal);

    /// <summary>What it says that it holds for us.</summary>
    public Money? Holds { get; init; }

    public string Name => "stub";

    /// <summary>Answers every wish for a page with a definite no.</summary>
    public bool Refuses { get; set; }

    /// <summary>What its next pages ask for instead of what was wanted.</summary>
    public Money? PageTotal { get; set; }

    /// <summary>Answers nobody. Its own pages go on.</summary>
    public bool IsDown { get; set; }

    /// <summary>Does what it is asked for, and every answer is lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>What each search of its list waits for.</summary>
    public Func<Task> BeforeFind { get; set; } = () => Task.CompletedTask;

    /// <summary>The parts of the list that were searched.</summary>
    public ConcurrentQueue<(DateTimeOffset From, DateTimeOffset To)> Found { get; } = [];

    public PspSession this[string attempt] => _sessions.Values.Single(session => session.Attempt == attempt);

    /// <param name="total">Default: what was asked for.</param>
    /// <param name="settledAs">What the PSP books of it; default: all.</param>
    public void Pay(string session, Money? total = null, Money? settledAs = null) => _sessions[session] = StubSession.Paid(_sessions[session] with { Total = total ?? _sessions[session].Total }, settledAs);

    public PspRequest CreateSession(NewSession session)
    {
        _wanted[session.PspKey] = session;
        return new PspRequest("/v1/checkout/sessions", session.PspKey);
    }

    public PspRequest ExpireSession(string sessionId) => new($"/v1/checkout/sessions/{sessionId}/expire", sessionId);

    public Task<PspAnswer<PspSession>> SendSessionAsync(PspRequest request, string pspKey, CancellationToken cancellationToken)
    {
        if (IsDown) return Silence<PspSession>();
        if (request.Path.EndsWith("/expire", StringComparison.Ordinal))
            return Answer(_sessions.AddOrUpdate(request.Body, _ => throw new KeyNotFoundException(request.Body), (_, open) => open with { Status = SessionStatus.Expired }));
        if (Refuses) return Refusal();
        var wanted = _wanted[pspKey];
        var total = PageTotal ?? wanted.Lines.Aggregate(Money.Zero(wanted.Currency), (sum, line) => sum + line.Amount);
        return Answer(_sessions.GetOrAdd("cs_" + wanted.Attempt.Value, id => StubSession.Of(id, wanted.Attempt.Value, pspKey, total, time.GetUtcNow())));
    }

    public Task<PspAnswer<PspSession>> FetchSessionAsync(string sessionId, CancellationToken cancellationToken) => Answer(_sessions[sessionId]);

    public Task<PspAnswer<IReadOnlyList<PspSession>>> ListSessionsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<PspSession>>([.. _sessions.Values]);

    public async Task<PspAnswer<IReadOnlyList<PspSession>>> FindSessionsAsync(IReadOnlySet<string> items, DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken)
    {
        // The list is as old as the question.
        PspSession[] sessions = [.. _sessions.Values.Where(session => session.PspKey is { } key && items.Contains(PspKey.ItemOf(key)))];
        Found.Enqueue((createdFrom, createdTo));
        await BeforeFind();
        return await Answer<IReadOnlyList<PspSession>>(sessions);
    }

    public Task<PspAnswer<IReadOnlyList<PspCharge>>> ListChargesAsync(string intentId, CancellationToken cancellationToken) => Answer<IReadOnlyList<PspCharge>>([]);

    public Task<PspAnswer<PspBalance>> FetchBalanceAsync(CancellationToken cancellationToken) => Answer(new PspBalance(Holds is { } held ? [held] : [], []));

    public Task<PspAnswer<IReadOnlyList<PspEvent>>> ListEventsAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) => Answer<IReadOnlyList<PspEvent>>([]);

    private Task<PspAnswer<T>> Answer<T>(T value)
        where T : class =>
        IsDown || LosesAnswers ? Silence<T>() : Task.FromResult(new PspAnswer<T>(PspVerdict.Succeeded, value, null, new PspExchange("GET", "/stub", null, 200, "req_stub", time.GetUtcNow(), TimeSpan.Zero, "", "", IsReplay: false)));

    private Task<PspAnswer<T>> Silence<T>()
        where T : class =>
        Task.FromResult(new PspAnswer<T>(
            PspVerdict.Unknown, null, new PspError(null, null, PspErrorCodes.NoAnswer, null, null, "No answer."), new PspExchange("GET", "/stub", null, null, null, time.GetUtcNow(), TimeSpan.Zero, "", "", IsReplay: false)));

    private Task<PspAnswer<PspSession>> Refusal() => Task.FromResult(new PspAnswer<PspSession>(
        PspVerdict.Rejected, null, new PspError(400, "invalid_request_error", "parameter_missing", null, null, "A value is missing."),
        new PspExchange("POST", "/v1/checkout/sessions", null, 400, "req_stub", time.GetUtcNow(), TimeSpan.Zero, "", "", IsReplay: false)));
}
