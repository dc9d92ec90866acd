using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>What a person can do about a mismatch.</summary>
public enum MismatchAct
{
    Note,

    /// <summary>Somebody looks after it.</summary>
    Assign,

    /// <summary>Left alone until a day.</summary>
    Timing,

    /// <summary>Both sides mean the same.</summary>
    Match,
    Ignore,

    /// <summary>Our books follow the PSP's, once a second person agrees.</summary>
    Adjust,

    /// <summary>The difference is our loss or gain, once a second person agrees.</summary>
    WriteOff,
}

/// <summary>An act with what it needs: a reason always, a day for leaving alone, a member of staff for assigning.</summary>
public sealed record MismatchOrder(MismatchAct Act, string Reason, DateTimeOffset? Until = null, string? Owner = null);

/// <summary>What may be done to which mismatch: the same rules for one and for many, for the preview and for the act.</summary>
internal static class MismatchActs
{
    public const int LongestReason = 400;

    public static MismatchCause CauseOf(MismatchAct act) => act switch
    {
        MismatchAct.Note => MismatchCause.Noted,
        MismatchAct.Assign => MismatchCause.Assigned,
        MismatchAct.Timing => MismatchCause.MarkedTiming,
        MismatchAct.Match => MismatchCause.Matched,
        MismatchAct.Ignore => MismatchCause.Ignored,
        MismatchAct.Adjust or MismatchAct.WriteOff => MismatchCause.EntryAsked,
    };

    /// <summary>The entry that an act asks for; null when it books nothing.</summary>
    public static MismatchEntry? EntryOf(MismatchAct act) => act switch
    {
        MismatchAct.Adjust => MismatchEntry.Adjust,
        MismatchAct.WriteOff => MismatchEntry.WriteOff,
        _ => null,
    };

    /// <summary>What stands against the order itself, whatever it is about.</summary>
    public static Refusal? WhyNot(UnitOfWork unit, MismatchOrder order)
    {
        if (string.IsNullOrWhiteSpace(order.Reason) || order.Reason.Length > LongestReason)
            return new Refusal(RefusalCodes.Missing, 422, $"Say why in 1 to {LongestReason} characters: it stays with the mismatch for ever.", "reason");
        if (order.Act == MismatchAct.Timing && (order.Until is not { } until || until <= unit.Now || until > unit.Now + MismatchDesk.LongestTiming))
            return new Refusal(RefusalCodes.Invalid, 422, $"The day lies between now and {MismatchDesk.LongestTiming.Days} days from now. Nothing was done.", "until");
        if (order.Act == MismatchAct.Assign && !MayKeep(unit, order.Owner))
            return new Refusal(RefusalCodes.Invalid, 422, $"Only an enabled member of staff with the role {MismatchDesk.KeeperRole} can look after a mismatch. Nothing was done.", "owner");
        return null;
    }

    /// <summary>What stands against it for this one.</summary>
    public static string? WhyNot(Mismatch mismatch, MismatchAct act)
    {
        if (!MismatchMoves.CanMove(mismatch.State, CauseOf(act))) return $"{mismatch.MismatchId} is {mismatch.State}: this can't be done any more. Nothing was done.";
        if (act == MismatchAct.Match && mismatch.Variance != 0) return $"{mismatch.Difference} {mismatch.Currency} differ: book or write off the difference, or ignore it with a reason. Nothing was done.";
        if (EntryOf(act) is { } entry && MismatchPostings.Lines(mismatch, entry).Count == 0) return "No money differs, so there is nothing to book. Match or ignore it.";
        return null;
    }

    /// <summary>The columns that go with a move. The move itself is the book's.</summary>
    public static void Prepare(UnitOfWork unit, Mismatch mismatch, MismatchOrder order)
    {
        if (order.Act == MismatchAct.Timing) unit.Execute("UPDATE mismatches SET timing_until = $2 WHERE mismatch_id = $1", mismatch.MismatchId, order.Until);
        if (order.Act == MismatchAct.Assign) unit.Execute("UPDATE mismatches SET owner = $2 WHERE mismatch_id = $1", mismatch.MismatchId, Actor.Staff(order.Owner!).Value);
        if (EntryOf(order.Act) is { } entry) unit.Execute("UPDATE mismatches SET proposal = $2 WHERE mismatch_id = $1", mismatch.MismatchId, entry);
    }

    private static bool MayKeep(UnitOfWork unit, string? person) => person is not null && unit.Scalar(
        """
        SELECT COUNT(*) FROM staff_users u JOIN staff_user_roles h ON h.user_id = u.id JOIN staff_roles r ON r.id = h.role_id
        WHERE u.id = $1 AND r.name = $2 AND NOT u.is_disabled
        """,
        person, MismatchDesk.KeeperRole) > 0;
}
