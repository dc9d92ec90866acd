using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Collects from the store what a session is made of. Asked once per key generation; later sends repeat the stored bytes.</summary>
public sealed class SessionBuilder(Buyers buyers, PaymentSettings settings)
{
    internal NewSession Build(UnitOfWork unit, AttemptRow attempt, string pspKey)
    {
        var (link, currency, reference, email) = unit.QueryFirst(
            "SELECT p.link_key, p.currency, p.reference, p.user_id, u.email FROM payment_events p JOIN users u ON u.user_id = p.user_id WHERE p.checkout_id = $1",
            row => (row.GetString(0), Currency.Of(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2), buyers.OpenEmail(row.GetString(3), row.IsDBNull(4) ? null : new Sealed((byte[])row[4]))),
            attempt.Checkout.Value);
        var lines = unit.Query(
            "SELECT seller_account, description, amount FROM payment_orders WHERE checkout_id = $1 ORDER BY line",
            row => new SessionLine(row.IsDBNull(1) ? row.GetString(0) : row.GetString(1), row.IsDBNull(1) ? null : $"Sold by {row.GetString(0)}", new Money(row.GetInt64(2), currency)),
            attempt.Checkout.Value);
        var page = $"{settings.PublicBaseAddress()}/pay/{link}";
        return new NewSession(attempt.Checkout, attempt.Id, pspKey, currency, lines, $"{page}/return", page, email, reference);
    }
}
