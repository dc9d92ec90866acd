namespace PaymentPortal.Core.Retries;

/// <summary>One try of some work; without an error it went well.</summary>
public sealed record WorkTry(DateTimeOffset At, ErrorClass? Error);

/// <summary>What a policy would have made of work that failed.</summary>
/// <param name="Works">Pieces of work that met the error.</param>
/// <param name="Recovered">It would have been tried when it could go well.</param>
/// <param name="Dead">It would have been given up before.</param>
/// <param name="NotKnown">It went well never, and the policy would still be trying when the record ends.</param>
/// <param name="ExtraCalls">Tries more than were made; below zero is fewer.</param>
public sealed record ReplayResult(int Works, int Recovered, int Dead, int NotKnown, int ExtraCalls);

/// <summary>
/// Plays a policy over failures that happened. Whether a try at another moment would have gone well is known only from the tries that were made: it is taken to
/// fail until the first that went well, and to go well from there on.
/// </summary>
public static class PolicyReplay
{
    private const int MostTries = 10_000;

    /// <param name="works">Each piece of work with its tries in their order.</param>
    public static ReplayResult Of(RetryPolicy policy, ErrorClass error, IEnumerable<IReadOnlyList<WorkTry>> works)
    {
        var (count, recovered, dead, unknown, extra) = (0, 0, 0, 0, 0);
        foreach (var tries in works)
        {
            var first = tries.TakeWhile(one => one.Error != error).Count();
            if (first == tries.Count) continue;
            count++;
            var after = tries.Skip(first + 1).ToList();
            var good = after.Find(one => one.Error is null);
            var (end, calls) = Play(policy, tries[first].At, good?.At, tries[^1].At);
            extra += calls - (good is null ? after.Count : after.IndexOf(good) + 1);
            if (end is null) unknown++;
            else if (end.Value) recovered++;
            else dead++;
        }
        return new ReplayResult(count, recovered, dead, unknown, extra);
    }

    /// <summary>Whether it would have recovered, null when nobody knows, and how often it would have been tried again.</summary>
    private static (bool? Recovered, int Calls) Play(RetryPolicy policy, DateTimeOffset failedAt, DateTimeOffset? goodFrom, DateTimeOffset lastSeen)
    {
        var at = failedAt;
        for (var failed = 1; failed < MostTries; failed++)
        {
            if (policy.IsOver(failed, at - failedAt)) return (false, failed - 1);
            // Drawn waits are half of their bound on average.
            at += policy.Kind == RetryPolicyKind.ExponentialBackoff ? policy.Bound(failed) / 2 : policy.Bound(failed);
            if (at >= goodFrom) return (true, failed);
            if (goodFrom is null && at > lastSeen) return (null, failed - 1);
        }
        return (null, MostTries);
    }
}
