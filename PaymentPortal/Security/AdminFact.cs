using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Security;

/// <summary>Says when roles hang on one person: with a single admin nothing that wants a second one can be granted.</summary>
internal sealed class AdminFact(StaffDirectory staff) : IHealthFact
{
    public string Name => "Admins";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var count = await staff.CountAsync(StaffRoles.Admin, cancellationToken).ConfigureAwait(false);
        var (level, text) = count switch
        {
            0 => (HealthLevel.Attention, "Nobody can grant roles. Start the program again and use the set-up link that it prints."),
            1 => (HealthLevel.Attention, "Only one person can grant roles, and grants that want a second admin are theirs alone. Make another admin."),
            _ => (HealthLevel.Good, "More than one person can grant roles."),
        };
        return new HealthFactResult(level, text, [new("Enabled admins", count.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
    }
}
