using System.Security.Claims;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Pages.Approvals;

/// <summary>What of the approvals is one person's: which kinds his roles decide, and how many wait for him.</summary>
public sealed class ApprovalDesk(Core.Integrity.Approvals approvals, ApprovalQueries queries)
{
    public IReadOnlyList<string> KindsOf(ClaimsPrincipal person) =>
        [.. approvals.Kinds.Where(kind => Rights.Ask(person, ApprovalWords.RightFor(kind.Approvers)) == RightAnswer.Allowed).Select(kind => kind.Kind)];

    public async Task<int> CountMineAsync(ClaimsPrincipal person) =>
        person.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && KindsOf(person) is { Count: > 0 } kinds ? await queries.CountAsync(ApprovalView.Mine, id, kinds, CancellationToken.None) : 0;
}
