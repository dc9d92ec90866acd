using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>Events only say what to fetch, so the order and the number of their deliveries can't matter, nor whether the PSP has the money yet when they come.</summary>
public sealed class EventOrderTests
{
    private const int AtOnce = 48;
    private static readonly string[] Types =
        ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated", "payment_intent.processing"];

    [Fact]
    public async Task SixEvents_InAll720OrdersEachDoubled_EndTheSame()
    {
        await using var engine = await StubEngine.StartAsync();
        var orders = Orders("").ToList();
        Assert.Equal(720, orders.Distinct(StringComparer.Ordinal).Count());

        await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) => await DeliverAsync(engine, order));

        Assert.Equal(720, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_events WHERE status = 'SUCCESS' AND is_payment_done = 1 AND history_version = 3"));
        Assert.Equal(720, await engine.ScalarAsync("SELECT COUNT(*) FROM booked_sessions WHERE booked_to = 'Orders'"));
        Assert.Equal(1440, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE payment_order_status = 'SUCCESS' AND ledger_updated = 1 AND wallet_updated = 1"));
        Assert.Equal(1440, await engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PayIn'"));
        Assert.Equal(720, await engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PspFee'"));
        Assert.Equal(-720 * 1219, await engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = 'seller:seller-1:payable'"));
        Assert.Equal(720 * 6, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state = 'Applied' AND deliveries = 2"));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
        Assert.Empty(await engine.BrokenAsync());
    }

    private static async Task DeliverAsync(StubEngine engine, string order)
    {
        var attempt = await engine.PressAsync(await engine.CreateAsync());
        var session = engine.Psp[attempt];
        var paidAt = (order[0] - '0' + order[^1] - '0') % order.Length;
        for (var at = 0; at < order.Length; at++)
        {
            if (at == paidAt) engine.Psp.Pay(session.Id);
            var received = Event(order, order[at] - '0', engine.Psp[attempt]);
            // Doubled: the twin may come before the first has been worked on, or after.
            await Task.WhenAll(engine.ReceiveAsync(received), engine.ReceiveAsync(received));
        }
    }

    private static PspEvent Event(string order, int number, PspSession session)
    {
        var type = Types[number];
        var (kind, id) = type.Split('.')[0] switch
        {
            "checkout" => ("checkout.session", session.Id),
            "charge" => ("charge", "ch_" + session.Id),
            _ => ("payment_intent", session.IntentId!),
        };
        return new PspEvent($"evt_{order}_{number}", type, kind, id, session.Attempt, session.IntentId, null, IsLive: false, session.CreatedAt);
    }

    private static IEnumerable<string> Orders(string so)
    {
        if (so.Length == Types.Length) return [so];
        return "012345".Where(next => !so.Contains(next, StringComparison.Ordinal)).SelectMany(next => Orders(so + next));
    }
}
