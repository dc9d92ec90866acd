namespace PaymentPortal.Core.Payments;

/// <summary>
/// Lets one look-up of an attempt follow the other in this process. It only spares work: what is right is decided by the row version, which also
/// holds between processes.
/// </summary>
internal sealed class AttemptTurns
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Waits for the turn; disposing what it returns ends it.</summary>
    public async Task<IDisposable> EnterAsync(string attempt, CancellationToken cancellationToken)
    {
        var turn = Join(attempt);
        try
        {
            await turn.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(turn);
            throw;
        }
        return turn;
    }

    private Turn Join(string attempt)
    {
        lock (_gate)
        {
            if (!_turns.TryGetValue(attempt, out var turn)) _turns[attempt] = turn = new Turn(this, attempt);
            turn.Present++;
            return turn;
        }
    }

    private void Leave(Turn turn)
    {
        lock (_gate)
        {
            if (--turn.Present > 0) return;
            _turns.Remove(turn.Attempt);
            turn.Gate.Dispose();
        }
    }

    private sealed class Turn(AttemptTurns turns, string attempt) : IDisposable
    {
        public string Attempt { get; } = attempt;

        public SemaphoreSlim Gate { get; } = new(1);

        public int Present { get; set; }

        public void Dispose()
        {
            Gate.Release();
            turns.Leave(this);
        }
    }
}
