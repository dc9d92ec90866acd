using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Psp;

public enum ModelEvent
{
    AnswerArrives,
    AnswerIsLost,
    NeverArrives,
    TurnedAway,
    KeyRevoked,
    ProcessDies,
    ServerErrorAfterWork,
    ServerErrorBeforeWork,
    Invalid,
    SecondPasses,
    HourPasses,
    DayPasses,
}

/// <summary>A PSP with Stripe's idempotency reduced to what matters for the key rule, and an executor that follows the rule against it.</summary>
internal sealed class KeyRuleModel(DateTimeOffset start)
{
    private readonly Dictionary<int, (int Status, DateTimeOffset At)> _stored = [];
    private readonly HashSet<int> _made = [];
    private DateTimeOffset _now = start;
    private KeyState? _state;

    public int Objects => _made.Count;

    public bool GenerationsRoseOnlyAfterNothing { get; private set; } = true;

    public void Play(ModelEvent happening)
    {
        if (happening is ModelEvent.SecondPasses or ModelEvent.HourPasses or ModelEvent.DayPasses)
        {
            _now += happening switch { ModelEvent.SecondPasses => TimeSpan.FromSeconds(40), ModelEvent.HourPasses => TimeSpan.FromHours(5), _ => TimeSpan.FromHours(24) };
            return;
        }
        var move = KeyRule.Next(_state, _now);
        if (move.Step == KeyStep.Done) return;
        if (move.Step == KeyStep.LookUp)
        {
            _state = _made.Contains(move.Generation) ? KeyRule.Found(_state!) : KeyRule.Absent(_state!, _now);
            return;
        }
        if (move.Step == KeyStep.SendNew && _made.Contains(move.Generation - 1)) GenerationsRoseOnlyAfterNothing = false;
        _state = move.Step == KeyStep.SendNew ? KeyRule.StartNew(move.Generation, _now) : KeyRule.StartSame(_state!, _now);
        if (Send(move.Generation, happening) is { } answer) _state = KeyRule.Answered(_state, answer);
    }

    private KeyAnswer? Send(int key, ModelEvent happening)
    {
        switch (happening)
        {
            case ModelEvent.NeverArrives: return new KeyAnswer(PspVerdict.NotSent, null, false, null);
            case ModelEvent.TurnedAway: return new KeyAnswer(PspVerdict.NotSent, 429, false, null);
            case ModelEvent.KeyRevoked: return new KeyAnswer(PspVerdict.Rejected, 401, false, null);
        }
        var isReplay = _stored.TryGetValue(key, out var stored) && _now - stored.At < TimeSpan.FromHours(24);
        var status = isReplay ? stored.Status : Execute(key, happening);
        return happening switch
        {
            ModelEvent.AnswerIsLost => new KeyAnswer(PspVerdict.Unknown, null, false, null),
            ModelEvent.ProcessDies => null,
            _ => new KeyAnswer(status switch { 200 => PspVerdict.Succeeded, 500 => PspVerdict.Unknown, _ => PspVerdict.Rejected }, status, isReplay, null),
        };
    }

    private int Execute(int key, ModelEvent happening)
    {
        // Stripe keeps no answer for a request that it never began to execute.
        if (happening == ModelEvent.Invalid) return 400;
        var status = happening is ModelEvent.ServerErrorAfterWork or ModelEvent.ServerErrorBeforeWork ? 500 : 200;
        _stored[key] = (status, _now);
        // An old key executes anew and makes a second object: the rule must never let that happen.
        if (happening != ModelEvent.ServerErrorBeforeWork && !_made.Add(key)) _made.Add(key + 1_000_000);
        return status;
    }
}
