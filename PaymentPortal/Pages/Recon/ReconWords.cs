using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>Files and mismatches in words and colours.</summary>
internal static class ReconWords
{
    public static (ChipState Chip, string Label) Of(SettlementFileState state) => state switch
    {
        SettlementFileState.Reading => (ChipState.Processing, "Coming in"),
        SettlementFileState.Staged => (ChipState.RequiresAction, "Waits to be accepted"),
        SettlementFileState.Accepting => (ChipState.Processing, "Being matched"),
        SettlementFileState.Accepted => (ChipState.Succeeded, "Accepted"),
        SettlementFileState.RollingBack => (ChipState.Processing, "Being rolled back"),
        SettlementFileState.RolledBack => (ChipState.Canceled, "Rolled back"),
        SettlementFileState.Discarded => (ChipState.Canceled, "Discarded"),
    };

    public static (ChipState Chip, string Label) Of(MismatchState state) => state switch
    {
        MismatchState.Open => (ChipState.NeedsAttention, "Open"),
        MismatchState.Timing => (ChipState.Processing, "Left until a day"),
        MismatchState.Asked => (ChipState.RequiresAction, "Waits for a second person"),
        MismatchState.Resolved => (ChipState.Succeeded, "Resolved"),
        MismatchState.Ignored => (ChipState.Canceled, "Ignored"),
        MismatchState.Withdrawn => (ChipState.Canceled, "Its file was rolled back"),
    };

    public static string Of(MismatchKind kind) => kind switch
    {
        MismatchKind.MissingOurs => "Missing in our books",
        MismatchKind.MissingPsp => "Missing at the PSP",
        MismatchKind.Amount => "Another amount",
        MismatchKind.Currency => "Another currency",
        MismatchKind.Fee => "Another fee",
        MismatchKind.Status => "Another outcome",
        MismatchKind.Duplicate => "Told twice",
        MismatchKind.Timing => "In another period's file",
        MismatchKind.Unknown => "Unknown kind of movement",
    };

    public static string Of(MismatchClass one) => one switch
    {
        MismatchClass.Automatic => "Known cause, settled within a limit",
        MismatchClass.Person => "Known cause, a person must act",
        MismatchClass.Investigate => "To be looked into",
    };

    public static string Of(LineBucket bucket) => bucket switch
    {
        LineBucket.Matched => "Matched",
        LineBucket.Differing => "Differing",
        LineBucket.MissingOurs => "Missing in our books",
        LineBucket.Duplicate => "Told twice",
        LineBucket.Known => "Known from an earlier file",
    };

    public static string Of(MismatchCause cause) => cause switch
    {
        MismatchCause.Found => "Found",
        MismatchCause.CameLater => "The other side came later and agrees",
        MismatchCause.SettledWithinLimit => "Settled within the limit",
        MismatchCause.Noted => "Note",
        MismatchCause.Taken => "Taken over",
        MismatchCause.Assigned => "Given to somebody to look after",
        MismatchCause.MarkedTiming => "Left alone until a day",
        MismatchCause.TimingOver => "That day has come",
        MismatchCause.EntryAsked => "An entry was asked for",
        MismatchCause.EntryDropped => "The entry was not approved",
        MismatchCause.EntryPosted => "The entry was approved and booked",
        MismatchCause.Matched => "Both sides mean the same",
        MismatchCause.Ignored => "Ignored",
        MismatchCause.RolledBack => "Its file was rolled back",
        MismatchCause.LineTakenBack => "The file whose line had settled it was rolled back",
    };

    /// <summary>An act as its button says it.</summary>
    public static string Of(MismatchAct act) => act switch
    {
        MismatchAct.Note => "Add a note",
        MismatchAct.Assign => "Assign",
        MismatchAct.Timing => "Leave until a day",
        MismatchAct.Match => "Match",
        MismatchAct.Ignore => "Ignore",
        MismatchAct.Adjust => "Adjust",
        MismatchAct.WriteOff => "Write off",
    };

    /// <summary>What an act does to each.</summary>
    public static string EffectOf(MismatchAct act) => act switch
    {
        MismatchAct.Note => "The note stays in the history of each for ever.",
        MismatchAct.Assign => "Another person looks after them, and everybody sees that.",
        MismatchAct.Timing => "They should settle by themselves; what has not by then is open again.",
        MismatchAct.Match => "Both sides mean the same; nothing is booked.",
        MismatchAct.Ignore => "Nothing is booked and nobody is reminded any more.",
        MismatchAct.Adjust => "Our books follow the PSP's once a second person has approved the entries, all of a currency together.",
        MismatchAct.WriteOff => "The differences become losses or gains of ours once a second person has approved the entries, all of a currency together.",
    };

    /// <summary>Which fees an entry of that kind holds that belong to no charge.</summary>
    public static string FeeOf(EntryKind kind) => kind switch
    {
        EntryKind.DisputeWithdrawn => "Disputes",
        EntryKind.Adjustment => "The PSP's own, out of its files",
        EntryKind.Manual => "Booked by hand",
        _ => "Taken back",
    };

    public static string Age(TimeSpan age) => Of(MismatchAges.Of(age));

    public static string Of(MismatchAge age) => age switch
    {
        MismatchAge.UpToOne => "0–1 days",
        MismatchAge.TwoToThree => "2–3 days",
        MismatchAge.FourToSeven => "4–7 days",
        MismatchAge.EightAndMore => "8 days and more",
    };

    public static string Of(SettlementKind kind) => kind switch
    {
        SettlementKind.Activity => "Movements",
        SettlementKind.Payouts => "Payouts to our bank",
    };

    public static (ChipState Chip, string Label) Of(ReportOrderState state) => state switch
    {
        ReportOrderState.Waiting => (ChipState.Processing, "Ordered"),
        ReportOrderState.Dead => (ChipState.Failed, "Given up"),
        ReportOrderState.Done => (ChipState.Succeeded, "Read in"),
    };
}
