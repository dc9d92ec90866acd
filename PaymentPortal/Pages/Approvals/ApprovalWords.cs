using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Approvals;

/// <summary>How approvals are told to people, and which right decides them.</summary>
internal static class ApprovalWords
{
    public static string RightFor(Approvers approvers) => approvers switch
    {
        Approvers.Finance => Rights.ApproveMoney,
        Approvers.Admins => Rights.ApproveAccess,
    };

    public static (ChipState Chip, string Label) Of(ApprovalState state) => state switch
    {
        ApprovalState.Pending => (ChipState.RequiresAction, "Waits"),
        ApprovalState.Approved => (ChipState.Succeeded, "Approved"),
        ApprovalState.Refused => (ChipState.Failed, "Refused"),
        ApprovalState.Withdrawn => (ChipState.Canceled, "Withdrawn"),
        ApprovalState.Expired => (ChipState.Expired, "Expired"),
        ApprovalState.Void => (ChipState.Canceled, "Void: it changed"),
    };

    /// <summary>Why one person was not enough.</summary>
    public static string Of(ApprovalRule rule) => rule switch
    {
        { Trigger: ApprovalTrigger.SingleLimit, Limit: { } limit } => $"Above {MoneyText.Of(limit)} alone",
        { Trigger: ApprovalTrigger.DayLimit, Limit: { } limit, Before: { } before } => $"Over {MoneyText.Of(limit)} alone in a day, with {MoneyText.Of(before)} before it",
        { Trigger: ApprovalTrigger.ManyLetters } => "More letters than one person redrives",
        { Trigger: ApprovalTrigger.MoneyAtRisk, Limit: { } limit } => $"More than {MoneyText.Of(limit)} at risk",
        _ => "Always two people",
    };

    /// <summary>What became of it, as the result of an act.</summary>
    public static string Done(ApprovalState state) => state switch
    {
        ApprovalState.Pending => "It still waits.",
        ApprovalState.Approved => "Approved and done.",
        ApprovalState.Refused => "Refused. Nothing was done, and what was held is given back.",
        ApprovalState.Withdrawn => "Withdrawn. Nothing was done.",
        ApprovalState.Expired => "It had run out before your decision: nothing was done. It can be asked for anew.",
        ApprovalState.Void => "It would not do any more what it was asked for, so it is void and nothing was done. It can be asked for anew.",
    };
}
