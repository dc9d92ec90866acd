using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>The second admin's part of a policy's publication.</summary>
public sealed class PolicyApproval(RetryPolicyDesk desk, RetryPolicies policies) : IApprovalKind
{
    public string Kind => RetryPolicyDesk.ApprovalKind;

    public string Label => "Retry policy";

    public Approvers Approvers => Approvers.Admins;

    public string? PageOf(string subjectId) => Read(subjectId) is var (operation, error, _) ? $"/admin/retry-policies/{operation}/{error}" : null;

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var (operation, error, version) = Read(subjectId);
        // A dropped draft leaves no figures: what was asked for is then not what is shown, and the approval is void.
        var draft = RetryPolicyDesk.Figures(unit, operation, error, version);
        return new ApprovalPreview(
            $"Publish {RetryPolicyDesk.Name(operation, error)}, version {version}", [],
            [new ApprovalChange("Policy in force", PolicyWords.Of(policies.Of(operation, error)), draft is null ? "the draft is gone" : PolicyWords.Of(draft))]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var (operation, error, version) = Read(subjectId);
        return desk.Publish(unit, operation, error, version, checker, "Approved by a second admin").Refusal;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        // The draft stays a draft.
    }

    private static (string Operation, ErrorClass Error, int Version) Read(string subjectId) =>
        subjectId.Split('/') is [var operation, var error, var version] ? (operation, Enum.Parse<ErrorClass>(error), int.Parse(version, CultureInfo.InvariantCulture)) : throw new ArgumentException($"'{subjectId}' names no version of a policy.", nameof(subjectId));
}
