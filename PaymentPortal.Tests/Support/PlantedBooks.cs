using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>A store with a few honest entries of every kind, a snapshot, audit lines and an anchor.</summary>
internal static class PlantedBooks
{
    /// <summary>Ten entries: seq 1–3 pay-ins, 4 their fee, 5 suspense, 6 its acceptance, 7 the reversal of seq 2, 8–10 pay-ins in JPY.</summary>
    public static async Task<TestStore> CreateAsync()
    {
        var store = await TestStore.CreateAsync();
        var (journal, audit) = (new Journal(store.Chain), new AuditLog(store.Chain));
        await store.RunAsync(unit =>
        {
            var ids = new[] { "a", "b", "c" }.Select(order => journal.Post(unit, Books.PayIn("ord_" + order, 1250, 125)).EntryId).ToArray();
            journal.Post(unit, PostingRules.PspFee(new CheckoutId("chk_1"), Books.Usd(93), Books.Movement("txn_1"))!);
            journal.Post(unit, PostingRules.Suspense(new CheckoutId("chk_2"), "cs_1", Books.Usd(700), Books.Movement("txn_2"), "late success"));
            foreach (var entry in PostingRules.SuspenseAccepted(new CheckoutId("chk_2"), [Books.Share("ord_late", 700, 70, "seller-2")], Books.Start.AddHours(3), Books.Start.AddDays(2)))
                journal.Post(unit, entry);
            journal.Reverse(unit, ids[1], Books.Start.AddHours(4), "booked by mistake");
            for (var n = 0; n < 3; n++) journal.Post(unit, Books.PayIn("ord_jpy" + n, 5000 + n, 0, "seller-3", "JPY"));
            new WalletService().EnsureSeller(unit, Books.Seller());
            for (var n = 1; n <= 5; n++) audit.Write(unit, new AuditEntry(Actor.Staff("u1"), "entry.reverse", "jrn_" + n) { Reason = "booked by mistake" });
            return 0;
        });
        return store;
    }
}
