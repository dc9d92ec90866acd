using PaymentPortal.Core.Psp;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Looks for the sessions of calls whose answers were lost. The PSP has no search for them, only the list of all; after an outage a thousand look at once,
/// and a walk for each would take hours. So one walk at a time serves all who wait and whose sessions would stand in the same part of the list.
/// </summary>
public sealed class SessionSearch(IPaymentServiceProvider psp, TimeProvider time)
{
    /// <summary>Nobody's walk is made longer than this by the others.</summary>
    private static readonly TimeSpan Part = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly List<Wanted> _waiting = [];
    private bool _isWalking;

    /// <summary>The session of the call, if the list has one. The list is read after this was asked: only then its silence says anything.</summary>
    public Task<PspAnswer<IReadOnlyList<PspSession>>> FindAsync(PspCall call, CancellationToken cancellationToken)
    {
        var lastMadeAt = call.IsFromBefore ? time.GetUtcNow() : call.LastSentAt;
        var wanted = new Wanted(call.Item, call.FirstSentAt - PspPosts.ClockSlack, lastMadeAt + PspPosts.ClockSlack);
        lock (_gate)
        {
            _waiting.Add(wanted);
            if (!_isWalking) _ = Task.Run(WalkAsync, CancellationToken.None);
            _isWalking = true;
        }
        return wanted.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task WalkAsync()
    {
        while (Next() is { Count: > 0 } together)
        {
            try
            {
                // Nobody's own token: who leaves must not end the walk of the others.
                var answer = await psp.FindSessionsAsync(together.Select(one => one.Item).ToHashSet(StringComparer.Ordinal), together.Min(one => one.From), together.Max(one => one.To), CancellationToken.None).ConfigureAwait(false);
                var found = answer.Value?.ToLookup(session => PspKey.ItemOf(session.PspKey!), StringComparer.Ordinal);
                foreach (var one in together) one.Answer.TrySetResult(found is null ? answer : answer with { Value = [.. found[one.Item]] });
            }
            catch (Exception error)
            {
                foreach (var one in together) one.Answer.TrySetException(error);
            }
        }
    }

    /// <summary>The first who waits and all who lose nothing by going with him.</summary>
    private List<Wanted> Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isWalking = false;
                return [];
            }
            var first = _waiting[0];
            bool LosesNothing(Wanted one) => one.From >= first.From - Part && one.To <= first.To + Part;
            var together = _waiting.FindAll(LosesNothing);
            _waiting.RemoveAll(LosesNothing);
            return together;
        }
    }

    private sealed class Wanted(string item, DateTimeOffset from, DateTimeOffset to)
    {
        public string Item => item;

        public DateTimeOffset From => from;

        public DateTimeOffset To => to;

        public TaskCompletionSource<PspAnswer<IReadOnlyList<PspSession>>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
