using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PaymentPortal.Core.Psp;

/// <summary>How the guard is set. The defaults keep one slow PSP from taking every thread and every order with it.</summary>
public sealed record PspGuardSettings
{
    /// <summary>Half of the half minute in which an outcome is to be known once the PSP is back: a call that hung until then is followed by one wait.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Calls under way at once; what the worker and the buyers start beside them may wait a moment.</summary>
    public int Concurrency { get; init; } = 64;

    public int Queue { get; init; } = 1024;

    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The circuit opens when at least half of this many calls within 30 s failed.</summary>
    public int CircuitThroughput { get; init; } = 20;

    public TimeSpan CircuitBreak { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>The guard held the call back: nothing was sent, and the next one had better wait for <paramref name="wait"/>.</summary>
internal sealed class PspNotSentException(string message, TimeSpan wait, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan Wait => wait;
}

/// <summary>
/// Time-out, circuit breaker and bulkhead around every PSP call. It never repeats one: repeats are the key rule's, so that each is stored first.
/// </summary>
internal sealed class PspGuard : DelegatingHandler
{
    /// <summary>A page of a hundred expanded objects stays far below it; more is no answer of the PSP's.</summary>
    private const long MaxAnswer = 16 * 1024 * 1024;

    /// <summary>How long work should stay away that found too many calls under way.</summary>
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(1);

    private readonly PspGuardSettings _settings;
    private readonly PspHealth _health;
    private readonly TimeProvider _time;
    private readonly ConcurrencyLimiter _bulkhead;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public PspGuard(PspGuardSettings settings, PspHealth health, TimeProvider time, HttpMessageHandler inner)
        : base(inner)
    {
        (_settings, _health, _time) = (settings, health, time);
        _bulkhead = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = settings.Concurrency,
            QueueLimit = settings.Queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = settings.CircuitThroughput,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = settings.CircuitBreak,
                StateProvider = health.Breaker,
                OnOpened = opened => Told(() => health.Opened(opened.BreakDuration)),
                OnClosed = _ => Told(health.Closed),
                ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome)),
            })
            .AddTimeout(settings.Timeout)
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_health is { IsPaused: true } && _health.Hold() is { } pause) throw new PspNotSentException(pause.Why, pause.For);
        using var lease = await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _pipeline.ExecuteAsync(token => SendOnceAsync(request, token), cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException broken)
        {
            throw new PspNotSentException(PspHealth.WhyOpen, _health.Hold()?.For ?? Crowded, broken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _bulkhead.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The body is read in here, not by the caller: a PSP that drips its answer must hit the time-out too.</summary>
    private async ValueTask<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<RateLimitLease> EnterAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_settings.QueueTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var lease = await _bulkhead.AcquireAsync(1, either.Token).ConfigureAwait(false);
            return lease.IsAcquired ? lease : throw new PspNotSentException("Too many calls to the PSP wait for their turn.", Crowded);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PspNotSentException("Calls to the PSP are slow; this one never got its turn.", Crowded);
        }
    }

    private static ValueTask Told(Action tell)
    {
        tell();
        return ValueTask.CompletedTask;
    }

    private static bool IsFailure(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is TimeoutRejectedException or HttpRequestException or IOException || (int?)outcome.Result?.StatusCode >= 500;
}
