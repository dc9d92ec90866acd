using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Who may be the second person.</summary>
public enum Approvers
{
    Finance,
    Admins,
}

/// <summary>The role that stands for them in the store.</summary>
internal static class ApproverRoles
{
    public static string Role(this Approvers approvers) => approvers switch
    {
        Approvers.Finance => "Finance",
        Approvers.Admins => "Admin",
    };
}

/// <summary>A ledger line that an approval would write; a debit is above zero. <paramref name="Entry"/> says when its entry is booked, where that is not at once.</summary>
public sealed record ApprovalLine(string Account, Money Amount, string? Entry = null);

/// <summary>A value that an approval would change, in words for people.</summary>
public sealed record ApprovalChange(string Field, string? Before, string? After);

/// <summary>What the checker is shown. It is kept with the ask: an approval that would do anything else by now is void.</summary>
public sealed record ApprovalPreview(string Title, IReadOnlyList<ApprovalLine> Lines, IReadOnlyList<ApprovalChange> Changes);

/// <summary>What a second person can be asked about. Features plug in one per kind of act.</summary>
public interface IApprovalKind
{
    string Kind { get; }

    /// <summary>The act in words, for lists.</summary>
    string Label { get; }

    Approvers Approvers { get; }

    /// <summary>The page of the subject in the portal; null when the approval's own page says it all.</summary>
    string? PageOf(string subjectId);

    /// <summary>What approving would do now. Only reads.</summary>
    ApprovalPreview Preview(UnitOfWork unit, string subjectId);

    /// <summary>Does it, in the unit of the decision: exactly once or, when it refuses, not at all.</summary>
    Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker);

    /// <summary>It will not be done: gives back what the subject held.</summary>
    void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment);
}
