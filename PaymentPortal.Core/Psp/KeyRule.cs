namespace PaymentPortal.Core.Psp;

/// <summary>What is proved about the object that a POST was to make.</summary>
public enum PspEffect
{
    /// <summary>The PSP did not do it and never will under this key.</summary>
    Nothing,

    /// <summary>The PSP did it.</summary>
    Exists,
}

/// <summary>The next step of a POST: see <see cref="KeyRule"/>.</summary>
public enum KeyStep
{
    SendSame,
    SendNew,
    LookUp,
    Done,
}

/// <summary>What to do, and the generation to do it with.</summary>
public readonly record struct KeyMove(KeyStep Step, int Generation);

/// <summary>
/// All that is known of one generation. An open try was stored and has no stored answer. Uncertain, once set, stays: a later "not sent"
/// says nothing about the earlier send. <see cref="MustLookUp"/> is set when repeating the key can bring nothing new.
/// </summary>
public sealed record KeyState(
    int Generation,
    PspEffect? Proved,
    bool IsOpen,
    bool IsUncertain,
    bool MustLookUp,
    DateTimeOffset FirstSentAt,
    DateTimeOffset LastSentAt,
    DateTimeOffset? AbsentSince);

/// <summary>What the rule needs of an answer.</summary>
public readonly record struct KeyAnswer(PspVerdict Verdict, int? HttpStatus, bool IsReplay, string? ErrorType)
{
    public static KeyAnswer Of<T>(PspAnswer<T> answer)
        where T : class => new(answer.Verdict, answer.Exchange.HttpStatus, answer.Exchange.IsReplay, answer.Error?.Type);
}

/// <summary>
/// The key rule: a POST whose outcome is unknown is repeated only with the same key and bytes, and only while the PSP surely remembers the
/// key; a new generation starts only after proof that the last one did nothing. Breaking it pays somebody twice.
/// </summary>
public static class KeyRule
{
    /// <summary>The PSP keeps keys for at least 24 hours and executes anew after that; one hour is left for clocks and slow answers.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <summary>Lists may lag behind writes, so a single empty list proves nothing.</summary>
    public static readonly TimeSpan AbsenceGap = TimeSpan.FromSeconds(60);

    public static KeyMove Next(KeyState? state, DateTimeOffset now) => state switch
    {
        null => new KeyMove(KeyStep.SendNew, 1),
        { Proved: PspEffect.Exists } => new KeyMove(KeyStep.Done, state.Generation),
        { Proved: PspEffect.Nothing } => new KeyMove(KeyStep.SendNew, state.Generation + 1),
        { MustLookUp: true } => new KeyMove(KeyStep.LookUp, state.Generation),
        // A key that no send can have reached is as good as new, however old.
        _ when (state.IsOpen || state.IsUncertain) && now - state.FirstSentAt >= KeyLife => new KeyMove(KeyStep.LookUp, state.Generation),
        _ => new KeyMove(KeyStep.SendSame, state.Generation),
    };

    public static KeyState StartNew(int generation, DateTimeOffset now) =>
        new(generation, Proved: null, IsOpen: true, IsUncertain: false, MustLookUp: false, now, now, AbsentSince: null);

    /// <summary>A try that was still open may have been sent by a process that died. What was absent before this send may exist after it.</summary>
    public static KeyState StartSame(KeyState state, DateTimeOffset now) =>
        state with { IsOpen = true, IsUncertain = state.IsUncertain || state.IsOpen, LastSentAt = now, AbsentSince = null };

    public static KeyState Answered(KeyState state, KeyAnswer answer)
    {
        var closed = state with { IsOpen = false };
        if (state.Proved == PspEffect.Exists) return closed;
        return answer.Verdict switch
        {
            PspVerdict.Succeeded or PspVerdict.Pending => closed with { Proved = PspEffect.Exists },
            PspVerdict.Declined => closed with { Proved = PspEffect.Nothing },
            // 401 and 403 are said at the door, before the key is looked at: they don't tell what an earlier send did.
            PspVerdict.Rejected when answer.HttpStatus is 401 or 403 && state.IsUncertain => closed,
            PspVerdict.Rejected => closed with { Proved = PspEffect.Nothing },
            // 409 is the PSP still working on an earlier send of this key.
            PspVerdict.NotSent => closed with { IsUncertain = state.IsUncertain || answer.HttpStatus == 409 },
            // A stored 5xx comes back for ever, and a key that the PSP saw with other bytes can never be repeated.
            PspVerdict.Unknown => closed with { IsUncertain = true, MustLookUp = state.MustLookUp || answer.IsReplay || answer.ErrorType == PspErrorTypes.Idempotency },
        };
    }

    /// <summary>A look-up, asked at <paramref name="askedAt"/>, found nothing with our key.</summary>
    public static KeyState Absent(KeyState state, DateTimeOffset askedAt) => state switch
    {
        { Proved: not null } => state,
        _ when askedAt < state.LastSentAt => state,
        { AbsentSince: null } => state with { AbsentSince = askedAt },
        _ when askedAt - state.AbsentSince >= AbsenceGap => state with { Proved = PspEffect.Nothing, IsOpen = false },
        _ => state,
    };

    /// <summary>A look-up found the object that carries our key.</summary>
    public static KeyState Found(KeyState state) => state with { Proved = PspEffect.Exists, IsOpen = false };
}
