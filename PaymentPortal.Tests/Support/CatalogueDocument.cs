using System.Text;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Support;

/// <summary>The page of docs/ that lists every code, as the catalogue would write it: the two can't drift apart.</summary>
internal static class CatalogueDocument
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # Error codes
            One catalogue gives every code its meaning, for the API, the checkout page, the portal and the retry policies (`PspErrorCatalogue`); `GET /api/v1/error-codes` (scope `payments:read`) tells the same.
            *Money* says what the failed call can have done: none, taken, or unknown, and unknown is never repeated blindly.
            *Tried again* is the class that chooses the retry policy; a card is never tried again by us.

            | code | what happened | money | who must act | tried again | what to do | what the customer is told |
            |---|---|---|---|---|---|---|

            """);
        foreach (var row in PspErrorCatalogue.All)
            text.Append("| `").Append(row.Code).Append("` | ").AppendJoin(" | ", row.What, row.Money.ToString().ToLowerInvariant(), Who(row.Who), row.Retry.Label(), row.Next, row.CustomerText).Append(" |\n");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Who(ErrorOwner owner) => owner switch
    {
        ErrorOwner.Customer => "the customer",
        ErrorOwner.Support => "support",
        ErrorOwner.Finance => "finance",
        ErrorOwner.Admin => "an admin",
        ErrorOwner.ShopDeveloper => "the shop's developer",
        ErrorOwner.Psp => "the PSP",
    };
}
