using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>
/// The facts that a consumer could not apply yet. The first of each aggregate has a step, which tries it by policy and may die; those behind it have
/// none and wait, because order holds per aggregate.
/// </summary>
internal static class ParkedFacts
{
    /// <summary>The kind of step that tries a parked fact. Subject: consumer and position.</summary>
    public const string Step = "fact.apply";

    private const int LongestCode = 80;

    public static void Park(UnitOfWork unit, string consumer, PortalEvent fact) => unit.Execute(
        "INSERT INTO event_parked (consumer, position, aggregate_id, parked_at) VALUES ($1, $2, $3, $4)", consumer, fact.Position, fact.AggregateId, unit.Now);

    /// <summary>Parks the first of an aggregate. What has just failed was its first try; the step is born with it counted.</summary>
    public static void ParkFirst(UnitOfWork unit, string consumer, PortalEvent fact, Exception error, DeadLetters letters, RetryPolicies policies)
    {
        Park(unit, consumer, fact);
        letters.FailOrBury(unit, RetryQueue.AddClaimed(unit, Step, Subject(consumer, fact.Position!.Value)), Failure(consumer, fact.Position.Value, error), policies);
    }

    /// <summary>Takes a fact out that has been applied; the one behind it is the first now, and is tried at once.</summary>
    public static void Unpark(UnitOfWork unit, string consumer, PortalEvent fact)
    {
        unit.Execute("DELETE FROM event_parked WHERE consumer = $1 AND position = $2", consumer, fact.Position);
        var next = unit.QueryFirst("SELECT MIN(position) FROM event_parked WHERE consumer = $1 AND aggregate_id = $2", row => row.NumberOrNull(0), consumer, fact.AggregateId);
        if (next is { } position) RetryQueue.Add(unit, Step, Subject(consumer, position), unit.Now);
    }

    /// <summary>Forgets all that a consumer has parked, for one that begins anew.</summary>
    public static void Clear(UnitOfWork unit, string consumer)
    {
        foreach (var subject in unit.Query("SELECT subject_id FROM retry_tasks WHERE kind = $1 AND subject_id LIKE $2 || ':%'", row => row.GetString(0), Step, consumer)) RetryQueue.Remove(unit, Step, subject);
        unit.Execute("DELETE FROM event_parked WHERE consumer = $1", consumer);
    }

    public static (string Consumer, long Position) Read(string subject)
    {
        var colon = subject.LastIndexOf(':');
        return (subject[..colon], long.Parse(subject[(colon + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>A consumer writes rows of ours only: whatever it stumbles over, no money moved. The consumer is part of the cause, so each has its own.</summary>
    public static TaskFailure Failure(string consumer, long position, Exception error)
    {
        var code = $"{consumer}.{error.GetType().Name}";
        return TaskFailure.OfUs(RetryOperations.ApplyFact, error, MoneyEffect.None) with
        {
            Code = code.Length > LongestCode ? code[..LongestCode] : code,
            Reason = string.Create(CultureInfo.InvariantCulture, $"Fact {position}: {error.Message}"),
        };
    }

    /// <summary>False when nothing is wrong with the facts: the program stops, the store is away, or another worker has the step.</summary>
    public static bool IsToBlame(Exception error) => error is not (OperationCanceledException or StoreUnavailableException or LeaseLostException);

    private static string Subject(string consumer, long position) => string.Create(CultureInfo.InvariantCulture, $"{consumer}:{position}");
}
