using System.Globalization;
using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Pages.Home;

/// <summary>What the ages of the mismatches come to, in one sentence.</summary>
public static class AgeingWords
{
    public static string Finding(IReadOnlyDictionary<MismatchAge, int> ages)
    {
        var (all, old) = (ages.Values.Sum(), ages.GetValueOrDefault(MismatchAge.EightAndMore));
        if (all == 0) return "Every mismatch is closed.";
        var open = all == 1 ? "1 mismatch is not closed" : string.Create(CultureInfo.InvariantCulture, $"{all:N0} mismatches are not closed");
        return old switch
        {
            0 => open + (all == 1 ? ", for less than 8 days." : ", none of them for 8 days or more."),
            _ when old == all => open + (all == 1 ? ", for 8 days or more." : ", all of them for 8 days or more."),
            _ => string.Create(CultureInfo.InvariantCulture, $"{open}, {old:N0} of them for 8 days or more."),
        };
    }
}
