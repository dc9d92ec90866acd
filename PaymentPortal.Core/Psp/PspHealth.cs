using Polly.CircuitBreaker;

namespace PaymentPortal.Core.Psp;

public enum PspCircuit
{
    Closed,

    /// <summary>One call may try whether the PSP is back.</summary>
    HalfOpen,

    /// <summary>Calls are refused without being sent.</summary>
    Open,
}

/// <summary>One reading of the line to the PSP.</summary>
public sealed record PspHealthReport(PspCircuit Circuit, DateTimeOffset? PausedUntil, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt, string? LastFailure)
{
    /// <summary>Calls leave this process.</summary>
    public bool IsSending => Circuit != PspCircuit.Open && PausedUntil is null;
}

/// <summary>How the line to the PSP is doing, for the health page and the alarm. It sees every call's verdict and holds no other truth.</summary>
public sealed class PspHealth(TimeProvider time)
{
    /// <summary>After the PSP refused our key every call would be refused alike; one a pause is enough to see that it was mended.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private DateTimeOffset? _pausedUntil;
    private DateTimeOffset? _lastSuccessAt;
    private DateTimeOffset? _lastFailureAt;
    private string? _lastFailure;

    public PspHealthReport Report
    {
        get
        {
            lock (_gate) return new PspHealthReport(Circuit, Pausing(), _lastSuccessAt, _lastFailureAt, _lastFailure);
        }
    }

    internal CircuitBreakerStateProvider Breaker { get; } = new();

    private PspCircuit Circuit => Breaker.CircuitState switch
    {
        CircuitState.Closed => PspCircuit.Closed,
        CircuitState.HalfOpen => PspCircuit.HalfOpen,
        CircuitState.Open or CircuitState.Isolated => PspCircuit.Open,
    };

    internal bool IsPaused
    {
        get
        {
            lock (_gate) return Pausing() is not null;
        }
    }

    /// <summary>True when this answer began a pause: our key or its rights are wrong.</summary>
    internal bool Saw(PspVerdict verdict, PspError? error)
    {
        var isKeyRefused = verdict == PspVerdict.Rejected && error?.HttpStatus is 401 or 403;
        lock (_gate)
        {
            if (isKeyRefused) _pausedUntil = time.GetUtcNow() + Pause;
            if (isKeyRefused || verdict is PspVerdict.NotSent or PspVerdict.Unknown) (_lastFailureAt, _lastFailure) = (time.GetUtcNow(), error?.Message);
            else _lastSuccessAt = time.GetUtcNow();
        }
        return isKeyRefused;
    }

    private DateTimeOffset? Pausing() => _pausedUntil is { } until && time.GetUtcNow() < until ? until : null;
}
