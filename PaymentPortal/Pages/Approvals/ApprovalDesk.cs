using System.Security.Claims;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Pages.Approvals;

/// <summary>One of many approvals that was not done, and why.</summary>
internal sealed record NotApproved(Approval Approval, string WhyNot);

/// <summary>What of the approvals is one person's: which kinds his roles decide, how many wait for him, and approving many of them.</summary>
public sealed class ApprovalDesk(Core.Integrity.Approvals approvals, ApprovalQueries queries)
{
    /// <summary>How many are approved by one act.</summary>
    internal const int Most = 10_000;

    /// <summary>How many decisions wait for their commit together: they share it.</summary>
    private const int AtOnce = 64;

    /// <summary>The kinds that his roles decide.</summary>
    public IReadOnlyList<string> KindsOf(ClaimsPrincipal person) =>
        [.. approvals.Kinds.Where(kind => Rights.Ask(person, ApprovalWords.RightFor(kind.Approvers)) == RightAnswer.Allowed).Select(kind => kind.Kind)];

    /// <summary>The kinds that a view shows him, of one kind only where that is asked for.</summary>
    public IReadOnlyList<string> KindsOf(ClaimsPrincipal person, ApprovalView view, string? only) =>
        [.. (view == ApprovalView.Mine ? KindsOf(person) : [.. approvals.Kinds.Select(kind => kind.Kind)]).Where(kind => only is null || kind == only)];

    /// <summary>What an address asks for, seen by him.</summary>
    internal ApprovalFilter FilterOf(ClaimsPrincipal person, string id, ApprovalListAddress asked, ApprovalView view) =>
        new(view, id, KindsOf(person, view, asked.Kind), asked.Currency, asked.AtLeast, asked.AtMost, asked.Maker);

    public async Task<int> CountMineAsync(ClaimsPrincipal person) =>
        person.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && KindsOf(person) is { Count: > 0 } kinds ? await queries.CountAsync(new ApprovalFilter(ApprovalView.Mine, id, kinds), CancellationToken.None) : 0;

    /// <summary>Approves each in a unit of its own, so one that is void or refused holds up no other. A stop leaves the rest waiting as they are.</summary>
    /// <param name="told">Hears how many are decided so far.</param>
    internal async Task<IReadOnlyList<NotApproved>> ApproveAllAsync(IReadOnlyList<Approval> chosen, Actor checker, Action<int> told, CancellationToken stopping)
    {
        var (left, decided) = (new List<NotApproved>(), 0);
        foreach (var some in chosen.Chunk(AtOnce))
        {
            if (stopping.IsCancellationRequested) break;
            var ends = await Task.WhenAll(some.Select(async approval => (Approval: approval, Done: await approvals.ApproveAsync(new ApprovalId(approval.ApprovalId), checker, CancellationToken.None))));
            foreach (var (approval, done) in ends)
            {
                if (done.IsRefused) left.Add(new NotApproved(approval, done.Refusal!.Text));
                else if (done.Value != ApprovalState.Approved) left.Add(new NotApproved(approval, ApprovalWords.Done(done.Value)));
            }
            told(decided += some.Length);
        }
        return left;
    }
}
