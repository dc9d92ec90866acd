using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>What the caller does now: send the call, ask the PSP whether the object exists, or nothing because it does.</summary>
public enum PspNext
{
    Send,
    LookUp,
    Done,
}

/// <summary>A stored call. Its request holds the bytes of the first send, whatever the code would build today.</summary>
public sealed record PspCall(string Item, string Step, int Generation, string PspKey, PspRequest Request, int Tries, DateTimeOffset FirstSentAt)
{
    /// <summary>Asked about after a restore: the host that is gone may have sent it, or a later generation of it, at any time since the backup.</summary>
    public bool IsFromBefore { get; init; } = Tries == 0;

    public DateTimeOffset LastSentAt { get; init; } = FirstSentAt;

    /// <summary>The last moment at which the PSP can have made the object; no backup is put back that is older than the span for those from before.</summary>
    public DateTimeOffset LastMadeAt => FirstSentAt + (IsFromBefore ? TimeSpan.FromDays(400) : KeyRule.KeyLife);

    /// <summary>Whether an object that carries this key is the one that the call makes.</summary>
    public bool IsMadeUnder(string? key) => IsFromBefore ? key is not null && key.StartsWith($"{Item}:{Step}:", StringComparison.Ordinal) : key == PspKey;
}

/// <summary>The next step of an item, as the key rule gives it.</summary>
public sealed record PspPlan(PspNext Next, PspCall Call)
{
    /// <summary>A timestamp of the clock that nobody can set.</summary>
    public long PreparedAt { get; init; }
}

/// <summary>
/// The durable side of <see cref="KeyRule"/>: key, path and bytes are committed before the first send, and every answer and look-up after it.
/// Callers never choose a key, and never send what <see cref="Prepare"/> did not give them.
/// </summary>
public sealed class PspCallLog(FieldCipher cipher)
{
    private const string StateColumns = "generation, first_sent_at, last_sent_at, is_open, is_uncertain, must_look_up, absent_since, effect_proved";
    private const string Columns = StateColumns + ", psp_key, item, step, path, body, tries, account";

    /// <summary>
    /// The next step of an item's POST. When it is to be sent, the try is stored with this unit: commit first, then send.
    /// <paramref name="build"/> is asked only for a new generation; it gets the new key. <paramref name="restored"/> is given for items from before
    /// a restore: what was sent for them after the backup was made is not known here, so the PSP is asked before anything is sent.
    /// </summary>
    public PspPlan Prepare(UnitOfWork unit, string item, string step, Func<string, PspRequest> build, RestoreNote? restored = null)
    {
        var newest = Newest(unit, item, step);
        if (restored is { } note && IsUnasked(newest, note)) return new PspPlan(PspNext.LookUp, AskFirst(unit, newest, item, step, note, build));
        var move = KeyRule.Next(newest?.State, unit.Now);
        return move.Step switch
        {
            KeyStep.SendNew => new PspPlan(PspNext.Send, Insert(unit, item, step, KeyRule.StartNew(move.Generation, unit.Now), tries: 1, build)),
            KeyStep.SendSame => new PspPlan(PspNext.Send, SendAgain(unit, newest!)),
            KeyStep.LookUp => new PspPlan(PspNext.LookUp, newest!.Call),
            KeyStep.Done => new PspPlan(PspNext.Done, newest!.Call),
        };
    }

    /// <summary>
    /// Stores what a send came to, and gives the verdict to act on: a refusal at the door (401, 403) after a send with unknown outcome proves
    /// nothing about that send, so the call as a whole is still Unknown.
    /// </summary>
    public PspVerdict Record<T>(UnitOfWork unit, PspCall call, PspAnswer<T> answer)
        where T : class
    {
        var state = KeyRule.Answered(Read(unit, call), KeyAnswer.Of(answer));
        unit.Execute(
            """
            UPDATE psp_calls SET last_sent_at = $1, is_open = $2, is_uncertain = $3, must_look_up = $4, absent_since = $5, effect_proved = $6,
                verdict = $8, http_status = $9, error_code = $10, request_id = $11 WHERE psp_key = $7
            """,
            state.LastSentAt, state.IsOpen, state.IsUncertain, state.MustLookUp, state.AbsentSince, state.Proved, call.PspKey,
            answer.Verdict, answer.Exchange.HttpStatus, answer.Error?.Code ?? answer.Error?.Type, answer.Exchange.RequestId);
        return answer.Verdict == PspVerdict.Rejected && state.Proved is null ? PspVerdict.Unknown : answer.Verdict;
    }

    /// <summary>
    /// Stores that a look-up, sent at <paramref name="askedAt"/>, saw no object with this call's key. True once that is believed: two such
    /// answers a minute apart with no send between them.
    /// </summary>
    public bool RecordAbsence(UnitOfWork unit, PspCall call, DateTimeOffset askedAt)
    {
        var state = KeyRule.Absent(Read(unit, call), askedAt);
        Store(unit, call, state);
        return state.Proved == PspEffect.Nothing;
    }

    /// <summary>Stores that the object with this call's key was seen at the PSP.</summary>
    public void RecordFound(UnitOfWork unit, PspCall call) => Store(unit, call, KeyRule.Found(Read(unit, call)));

    /// <summary>The newest call of an item's step, or null before the first.</summary>
    public PspCall? Find(UnitOfWork unit, string item, string step) => Newest(unit, item, step)?.Call;

    /// <summary>Whether the newest call of an item's step is proved to have made nothing; false before the first.</summary>
    public bool DidNothing(UnitOfWork unit, string item, string step) => Newest(unit, item, step)?.State.Proved == PspEffect.Nothing;

    /// <summary>An object that exists counts before a newer generation: it can only be one that turned up against all proof, and must not get a twin.</summary>
    private Stored? Newest(UnitOfWork unit, string item, string step) => unit.QueryFirst(
        $"SELECT {Columns} FROM psp_calls WHERE item = $1 AND step = $2 ORDER BY CASE WHEN effect_proved = 'Exists' THEN 0 ELSE 1 END, generation DESC LIMIT 1", Map, item, step);

    private static KeyState Read(UnitOfWork unit, PspCall call) =>
        unit.QueryFirst($"SELECT {StateColumns} FROM psp_calls WHERE psp_key = $1", State, call.PspKey)
        ?? throw new InvalidOperationException($"The call {call.PspKey} was never stored, so it must not have been sent.");

    private static bool IsUnasked(Stored? newest, RestoreNote restored) =>
        newest is null || (newest.State.Proved != PspEffect.Exists && newest.Call.Tries > 0 && newest.State.LastSentAt < restored.At);

    /// <summary>
    /// What may have been sent by the host that is gone counts as sent. A generation that only that host can know is stored without a try of ours: its
    /// look-up takes an object of any generation for the one we look for.
    /// </summary>
    private PspCall AskFirst(UnitOfWork unit, Stored? newest, string item, string step, RestoreNote restored, Func<string, PspRequest> build)
    {
        if (newest is not null && newest.State.Proved is null)
        {
            Store(unit, newest.Call, newest.State with { IsUncertain = true, MustLookUp = true });
            return newest.Call with { IsFromBefore = true };
        }
        var generation = (newest?.Call.Generation ?? 0) + 1;
        return Insert(unit, item, step, KeyRule.StartNew(generation, restored.From) with { IsUncertain = true, MustLookUp = true }, tries: 0, build);
    }

    private PspCall Insert(UnitOfWork unit, string item, string step, KeyState state, int tries, Func<string, PspRequest> build)
    {
        var generation = state.Generation;
        var key = PspKey.Of(item, step, generation);
        var request = build(key);
        unit.Execute($"INSERT INTO psp_calls ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            generation, state.FirstSentAt, state.LastSentAt, state.IsOpen, state.IsUncertain, state.MustLookUp, state.AbsentSince, state.Proved,
            key, item, step, request.Path, cipher.Seal(PspCallRow.Table, key, "body", request.Body).Bytes, tries, request.Account);
        return new PspCall(item, step, generation, key, request, tries, state.FirstSentAt) { LastSentAt = state.LastSentAt };
    }

    private static PspCall SendAgain(UnitOfWork unit, Stored stored)
    {
        Store(unit, stored.Call, KeyRule.StartSame(stored.State, unit.Now));
        unit.Execute("UPDATE psp_calls SET tries = tries + 1 WHERE psp_key = $1", stored.Call.PspKey);
        return stored.Call with { Tries = stored.Call.Tries + 1 };
    }

    private static void Store(UnitOfWork unit, PspCall call, KeyState state) => unit.Execute(
        "UPDATE psp_calls SET last_sent_at = $1, is_open = $2, is_uncertain = $3, must_look_up = $4, absent_since = $5, effect_proved = $6 WHERE psp_key = $7",
        state.LastSentAt, state.IsOpen, state.IsUncertain, state.MustLookUp, state.AbsentSince, state.Proved, call.PspKey);

    private Stored Map(DbDataReader row)
    {
        var state = State(row);
        var key = row.GetString(8);
        var body = cipher.Open(PspCallRow.Table, key, "body", new Sealed((byte[])row[12]));
        return new Stored(new PspCall(row.GetString(9), row.GetString(10), state.Generation, key, new PspRequest(row.GetString(11), body) { Account = row.TextOrNull(14) }, row.GetInt32(13), state.FirstSentAt) { LastSentAt = state.LastSentAt }, state);
    }

    private static KeyState State(DbDataReader row) => new(
        row.GetInt32(0),
        row.IsDBNull(7) ? null : Enum.Parse<PspEffect>(row.GetString(7)),
        row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5), Instants.FromMicroseconds(row.GetInt64(1)), Instants.FromMicroseconds(row.GetInt64(2)),
        row.IsDBNull(6) ? null : Instants.FromMicroseconds(row.GetInt64(6)));

    private sealed record Stored(PspCall Call, KeyState State);
}
