using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Reads checkouts for their creator.</summary>
public sealed class CheckoutQueries(IDbContextFactory<PortalDb> databases, PaymentSettings settings)
{
    public async Task<CheckoutView?> FindAsync(CheckoutId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var payment = await db.Set<PaymentEvent>().AsNoTracking().FirstOrDefaultAsync(row => row.CheckoutId == id.Value, cancellationToken).ConfigureAwait(false);
        return payment is null ? null : (await WithOrdersAsync(db, [payment], cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Newest first, by keyset.</summary>
    public async Task<Page<CheckoutView>> ListAsync(string? after, int limit, PaymentOrderStatus? status, string? reference, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var query = db.Set<PaymentEvent>().AsNoTracking();
        if (after is not null) query = query.Where(row => string.Compare(row.CheckoutId, after) < 0);
        if (status is { } wanted) query = query.Where(row => row.Status == wanted);
        if (reference is not null) query = query.Where(row => row.Reference == reference);
        var rows = await query.OrderByDescending(row => row.CheckoutId).Take(limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var page = rows.Take(limit).ToList();
        return new Page<CheckoutView>(await WithOrdersAsync(db, page, cancellationToken).ConfigureAwait(false), rows.Count > limit ? page[^1].CheckoutId : null);
    }

    /// <summary>Orders over all checkouts, newest first, by keyset; filtered by seller where asked.</summary>
    public async Task<Page<PaymentOrder>> ListOrdersAsync(string? after, int limit, string? seller, string? checkout, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var query = db.Set<PaymentOrder>().AsNoTracking();
        if (after is not null) query = query.Where(row => string.Compare(row.PaymentOrderId, after) < 0);
        if (seller is not null) query = query.Where(row => row.SellerAccount == seller);
        if (checkout is not null) query = query.Where(row => row.CheckoutId == checkout);
        var rows = await query.OrderByDescending(row => row.PaymentOrderId).Take(limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var page = rows.Take(limit).ToList();
        return new Page<PaymentOrder>(page, rows.Count > limit ? page[^1].PaymentOrderId : null);
    }

    private async Task<List<CheckoutView>> WithOrdersAsync(PortalDb db, List<PaymentEvent> payments, CancellationToken cancellationToken)
    {
        var ids = payments.Select(payment => payment.CheckoutId).ToList();
        var orders = await db.Set<PaymentOrder>().AsNoTracking().Where(order => ids.Contains(order.CheckoutId)).OrderBy(order => order.Line).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byCheckout = orders.ToLookup(order => order.CheckoutId, StringComparer.Ordinal);
        return [.. payments.Select(payment => View(payment, byCheckout[payment.CheckoutId]))];
    }

    private CheckoutView View(PaymentEvent payment, IEnumerable<PaymentOrder> orders)
    {
        var currency = Currency.Of(payment.Currency);
        return new CheckoutView(
            new CheckoutId(payment.CheckoutId), payment.Status, new Money(payment.Amount, currency), payment.BuyerAccount, payment.Reference,
            $"{settings.PublicBaseAddress()}/pay/{payment.LinkKey}", payment.CreatedAt, payment.EndsAt,
            [.. orders.Select(order => new OrderView(
                new PaymentOrderId(order.PaymentOrderId), SellerAccount.Of(order.SellerAccount), new Money(order.Amount, currency), new Money(order.PlatformFee, currency),
                order.PaymentOrderStatus, order.LedgerUpdated, order.WalletUpdated, order.Description))]);
    }
}
