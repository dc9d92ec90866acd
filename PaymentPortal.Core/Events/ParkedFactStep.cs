using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>Tries a parked fact again. Its effect, its leaving the parked ones and the end of its step are one unit.</summary>
public sealed class ParkedFactStep(WriteLane lane, IEnumerable<IFactConsumer> consumers, ILogger<ParkedFactStep> log) : IRetryHandler
{
    private readonly Dictionary<string, IFactConsumer> _consumers = consumers.ToDictionary(consumer => consumer.Name, StringComparer.Ordinal);

    public string Kind => ParkedFacts.Step;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var (consumer, position) = ParkedFacts.Read(task.SubjectId);
        try
        {
            await lane.RunAsync(unit => { Apply(unit, task, consumer, position); return 0; }, cancellationToken).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        catch (Exception error) when (ParkedFacts.IsToBlame(error))
        {
            Log.FactFailedAgain(log, consumer, position, error);
            return new TaskEnd.Again(ParkedFacts.Failure(consumer, position, error));
        }
    }

    private void Apply(UnitOfWork unit, ClaimedTask task, string consumer, long position)
    {
        RetryQueue.Finish(unit, task);
        var fact = unit.QueryFirst(StoredFacts.Select + " WHERE position = $1", StoredFacts.Read, position) ?? throw new InvalidOperationException("It is not in the log.");
        if (!_consumers.TryGetValue(consumer, out var applies)) throw new InvalidOperationException($"There is no consumer {consumer} any more.");
        applies.Apply(unit, [fact]);
        ParkedFacts.Unpark(unit, consumer, fact);
    }
}

/// <summary>A fact that its consumer can't apply, with all that wait behind it in its aggregate.</summary>
public sealed class DeadFact : IDeadStep
{
    public string Kind => ParkedFacts.Step;

    public string Label => "Apply a fact of ours";

    public string Act => "'Apply fact ' || d.subject_id || ' again, then those that wait behind it'";

    public IReadOnlyList<RedriveSkip> Skips => [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId)
    {
        var about = unit.QueryFirst("SELECT aggregate_id FROM outbox WHERE position = $1", row => row.GetString(0), ParkedFacts.Read(subjectId).Position);
        return new DeadSubject(Ids.TryParse<CheckoutId>(about, out var checkout) ? checkout.Value : null, null);
    }

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The log and the parked rows say all that a try needs.
    }

    /// <summary>Figures without a fact would be wrong for ever, and a shop would never be told.</summary>
    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => "Its consumer would miss the fact for good. Mend what the reason names, then redrive it.";

    public void GiveUp(UnitOfWork unit, string subjectId) => throw new InvalidOperationException("A fact is never given up.");
}
