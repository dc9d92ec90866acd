using System.Security.Claims;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Approvals;

namespace PaymentPortal.Pages;

/// <summary>How much waits behind the places of the navigation for one person, by address; what is nothing is left out.</summary>
public sealed class NavigationBadges(DeadLetterQueries letters, ApprovalDesk approvals, ReconciliationQueries mismatches)
{
    /// <summary>More than a badge can say.</summary>
    private const int Most = 1_000;

    public async Task<IReadOnlyDictionary<string, int>> ReadAsync(ClaimsPrincipal person, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int> { ["/approvals"] = await approvals.CountMineAsync(person) };
        if (Rights.Ask(person, Rights.SeePayments) == RightAnswer.Allowed) counts["/ops/dead-letters"] = await letters.CountAsync(new DeadLetterFilter(), Most, cancellationToken);
        if (Rights.Ask(person, Rights.SeeLedger) == RightAnswer.Allowed) counts["/recon/mismatches"] = await mismatches.CountAsync(new MismatchFilter(), cancellationToken);
        return counts.Where(count => count.Value > 0).ToDictionary();
    }

    public static string Text(int count) => count >= Most ? "999+" : count.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
