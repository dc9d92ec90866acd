using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>What moves a mismatch. Stored as text: never rename a word.</summary>
public enum MismatchCause
{
    Found,

    /// <summary>Our booking or the PSP's line came later, and agrees.</summary>
    CameLater,

    /// <summary>Known cause, settled within a limit.</summary>
    SettledWithinLimit,

    Noted,
    Taken,

    /// <summary>A person gave it to another to look after.</summary>
    Assigned,
    MarkedTiming,
    TimingOver,

    /// <summary>A second person is asked for an entry.</summary>
    EntryAsked,
    EntryDropped,
    EntryPosted,

    /// <summary>A person says that both sides mean the same.</summary>
    Matched,
    Ignored,
    RolledBack,

    /// <summary>The file whose line had settled it was rolled back.</summary>
    LineTakenBack,
}

/// <summary>The move table of mismatches. A move outside it is a bug and throws.</summary>
internal static class MismatchMoves
{
    private static readonly Dictionary<(MismatchState From, MismatchCause Cause), MismatchState> Table = new()
    {
        [(MismatchState.Open, MismatchCause.CameLater)] = MismatchState.Resolved,
        [(MismatchState.Open, MismatchCause.SettledWithinLimit)] = MismatchState.Resolved,
        [(MismatchState.Open, MismatchCause.Noted)] = MismatchState.Open,
        [(MismatchState.Open, MismatchCause.Taken)] = MismatchState.Open,
        [(MismatchState.Open, MismatchCause.Assigned)] = MismatchState.Open,
        [(MismatchState.Open, MismatchCause.MarkedTiming)] = MismatchState.Timing,
        [(MismatchState.Open, MismatchCause.EntryAsked)] = MismatchState.Asked,
        [(MismatchState.Open, MismatchCause.Matched)] = MismatchState.Resolved,
        [(MismatchState.Open, MismatchCause.Ignored)] = MismatchState.Ignored,
        [(MismatchState.Open, MismatchCause.RolledBack)] = MismatchState.Withdrawn,
        [(MismatchState.Timing, MismatchCause.TimingOver)] = MismatchState.Open,
        [(MismatchState.Timing, MismatchCause.CameLater)] = MismatchState.Resolved,
        [(MismatchState.Timing, MismatchCause.Noted)] = MismatchState.Timing,
        [(MismatchState.Timing, MismatchCause.Taken)] = MismatchState.Timing,
        [(MismatchState.Timing, MismatchCause.Assigned)] = MismatchState.Timing,
        [(MismatchState.Timing, MismatchCause.MarkedTiming)] = MismatchState.Timing,
        [(MismatchState.Timing, MismatchCause.EntryAsked)] = MismatchState.Asked,
        [(MismatchState.Timing, MismatchCause.Matched)] = MismatchState.Resolved,
        [(MismatchState.Timing, MismatchCause.Ignored)] = MismatchState.Ignored,
        [(MismatchState.Timing, MismatchCause.RolledBack)] = MismatchState.Withdrawn,
        [(MismatchState.Asked, MismatchCause.Noted)] = MismatchState.Asked,
        [(MismatchState.Asked, MismatchCause.Taken)] = MismatchState.Asked,
        [(MismatchState.Asked, MismatchCause.Assigned)] = MismatchState.Asked,
        [(MismatchState.Asked, MismatchCause.EntryDropped)] = MismatchState.Open,
        [(MismatchState.Asked, MismatchCause.EntryPosted)] = MismatchState.Resolved,
        [(MismatchState.Resolved, MismatchCause.RolledBack)] = MismatchState.Withdrawn,
        [(MismatchState.Resolved, MismatchCause.LineTakenBack)] = MismatchState.Open,
        [(MismatchState.Resolved, MismatchCause.Noted)] = MismatchState.Resolved,
        [(MismatchState.Ignored, MismatchCause.RolledBack)] = MismatchState.Withdrawn,
        [(MismatchState.Ignored, MismatchCause.Noted)] = MismatchState.Ignored,
    };

    /// <summary>How histories are replayed.</summary>
    public static HistoryRules Rules { get; } = new(
        "recon-05", "A mismatch's state is the end of its history, which has only legal moves, no gap and no changed line.",
        "SELECT mismatch_id AS id, state AS status, history_version AS versions FROM mismatches", "mismatch_history", "mismatch_id", "h.note", IsLegal);

    public static bool CanMove(MismatchState from, MismatchCause cause) => Table.ContainsKey((from, cause));

    public static MismatchState Move(MismatchState from, MismatchCause cause) =>
        Table.TryGetValue((from, cause), out var to) ? to : throw new InvalidOperationException($"A mismatch that is {from} can't move because of {cause}.");

    private static bool IsLegal(HistoryMove move)
    {
        if (!Enum.TryParse<MismatchCause>(move.Cause, out var cause) || !Enum.TryParse<MismatchState>(move.To, out var to)) return false;
        if (move.From is null) return cause == MismatchCause.Found && to == MismatchState.Open;
        return Enum.TryParse<MismatchState>(move.From, out var from) && CanMove(from, cause) && Move(from, cause) == to;
    }
}
