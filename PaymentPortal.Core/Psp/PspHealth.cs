using PaymentPortal.Core.Common;
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
    /// <summary>The first failure after the last good answer; null while the newest call went well.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Calls leave this process.</summary>
    public bool IsSending => Circuit != PspCircuit.Open && PausedUntil is null;
}

/// <summary>How long work for the PSP should wait before it calls, and why.</summary>
public sealed record PspHold(TimeSpan For, string Why);

/// <summary>How the line to the PSP is doing, for the health page, the alarm, and work that had better wait. It sees every call's verdict and holds no other truth.</summary>
public sealed class PspHealth(TimeProvider time, Dice? dice = null)
{
    internal const string WhyOpen = "Too many calls to the PSP failed; calls are held back until one gets through.";
    private const string WhyPaused = "The PSP refused our API key a moment ago; calls are held back until the next try.";

    /// <summary>
    /// Held work comes back spread over this, so that no single bad call is the probe each time and the PSP is not run over as it comes back.
    /// It grows with the outage, and stays short enough that an outcome is known half a minute after the PSP answers again.
    /// </summary>
    private static readonly TimeSpan LeastSpread = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MostSpread = TimeSpan.FromSeconds(20);

    /// <summary>So long without one good answer, and failures meanwhile: the next good one is the PSP's return.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(5);

    /// <summary>After the PSP refused our key every call would be refused alike; one a pause is enough to see that it was mended.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dice _dice = dice ?? DiceThrows.Fair;
    private DateTimeOffset? _openSince;
    private DateTimeOffset? _openUntil;
    private DateTimeOffset? _pausedUntil;
    private DateTimeOffset? _lastSuccessAt;
    private DateTimeOffset? _returnedAt;
    private DateTimeOffset? _lastFailureAt;
    private DateTimeOffset? _failingSince;
    private string? _lastFailure;

    public PspHealthReport Report
    {
        get
        {
            lock (_gate) return new PspHealthReport(Circuit, Pausing(), _lastSuccessAt, _lastFailureAt, _lastFailure) { FailingSince = _failingSince };
        }
    }

    /// <summary>The newest moment at which a call got through again after an outage; null before the first. <see cref="PspReturn"/> acts on it.</summary>
    internal DateTimeOffset? ReturnedAt
    {
        get
        {
            lock (_gate) return _returnedAt;
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

    /// <summary>Null when a call may go out now. While the circuit is half open its one probe is under way, and nobody else should call.</summary>
    public PspHold? Hold()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (Pausing() is { } paused) return new PspHold(paused - now + Spread(now), WhyPaused);
            return Circuit switch
            {
                PspCircuit.Open when _openUntil is { } until && now < until => new PspHold(until - now + Spread(now), WhyOpen),
                PspCircuit.HalfOpen => new PspHold(LeastSpread / 4 + Spread(now), WhyOpen),
                _ => null,
            };
        }
    }

    internal void Opened(TimeSpan length)
    {
        lock (_gate)
        {
            _openUntil = time.GetUtcNow() + length;
            _openSince ??= time.GetUtcNow();
        }
    }

    internal void Closed()
    {
        lock (_gate) (_openSince, _openUntil) = (null, null);
    }

    /// <summary>True when this answer began a pause: our key or its rights are wrong.</summary>
    internal bool Saw(PspVerdict verdict, PspError? error)
    {
        var isKeyRefused = verdict == PspVerdict.Rejected && error is { IsOurKeyRefused: true };
        lock (_gate)
        {
            if (isKeyRefused) _pausedUntil = time.GetUtcNow() + Pause;
            if (isKeyRefused || verdict is PspVerdict.NotSent or PspVerdict.Unknown) Failed(time.GetUtcNow(), error);
            else Answered(time.GetUtcNow());
        }
        return isKeyRefused;
    }

    private void Failed(DateTimeOffset now, PspError? error)
    {
        _failingSince ??= now;
        (_lastFailureAt, _lastFailure) = (now, error?.Message);
    }

    private void Answered(DateTimeOffset now)
    {
        if (_failingSince is not null && !(now - _lastSuccessAt < Absence)) _returnedAt = now;
        (_failingSince, _lastSuccessAt) = (null, now);
    }

    private TimeSpan Spread(DateTimeOffset now)
    {
        var bound = _openSince is { } since ? (now - since) / 4 : LeastSpread;
        return _dice.UpTo(bound < LeastSpread ? LeastSpread : bound > MostSpread ? MostSpread : bound);
    }

    private DateTimeOffset? Pausing() => _pausedUntil is { } until && time.GetUtcNow() < until ? until : null;
}
