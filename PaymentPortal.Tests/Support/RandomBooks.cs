using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Tests.Support;

/// <summary>Posts a long, mixed and back-dated history and keeps what it posted, for a second implementation to sum up naively.</summary>
internal static class RandomBooks
{
    private static readonly string[] Currencies = ["USD", "JPY", "KWD"];

    /// <summary>The same seed gives the same history. Account snapshots are taken twice on the way, so that both kinds of sum take part.</summary>
    public static async Task<List<JournalEntry>> PostAsync(TestStore store, int seed, int count = 60)
    {
        var acts = Gen.Choose(-2_000_000, 2_000_000).ArrayOf(count).Sample(1, new Rnd((ulong)seed), 1).Single();
        var (journal, snapshots) = (new Journal(store.Chain), new AccountSnapshots(store.Dialect, store.Lane));
        var posted = new List<JournalEntry>();
        var ids = new List<(JournalEntryId Id, EntryKind Kind)>();
        for (var n = 0; n < acts.Length; n++)
        {
            if (n == count / 3 || n == count / 2) await snapshots.SnapshotAsync(CancellationToken.None);
            var (act, at) = (Math.Abs((long)acts[n]), Books.Start.AddMinutes(acts[n] % 10_000));
            if (act % 7 == 6 && ids.Count > 0 && ids[(int)(act % ids.Count)] is { Kind: not EntryKind.Reversal } target)
            {
                var reversal = await store.RunAsync(unit => (Result: journal.Reverse(unit, target.Id, at, "random"), Entry: PostingRules.Reversal(journal.Find(unit, target.Id)!, at, "random")));
                if (reversal.Result.IsNew) Keep(reversal.Entry, reversal.Result.EntryId);
                continue;
            }
            var entry = Entry(n, act, at);
            Keep(entry, (await store.RunAsync(unit => journal.Post(unit, entry))).EntryId);
        }
        return posted;

        void Keep(JournalEntry entry, JournalEntryId id)
        {
            posted.Add(entry);
            ids.Add((id, entry.Kind));
        }
    }

    /// <summary>The naive second implementation: adds up every posting in memory.</summary>
    public static Dictionary<(string Account, string Currency), long> Sum(IEnumerable<JournalEntry> entries, DateTimeOffset? asOf = null) =>
        entries.Where(entry => asOf is null || entry.EffectiveAt <= asOf)
            .SelectMany(entry => entry.Postings)
            .GroupBy(posting => (posting.Account.Code, posting.Amount.Currency.Code))
            .ToDictionary(group => group.Key, group => group.Sum(posting => posting.Amount.Minor));

    private static JournalEntry Entry(int n, long act, DateTimeOffset at)
    {
        var currency = Currency.Of(Currencies[(int)(act % Currencies.Length)]);
        var amount = new Money(1 + (act % 99_999), currency);
        var checkout = new CheckoutId("chk_" + n);
        var movement = Books.Movement("txn_" + n, at);
        return (act % 5) switch
        {
            0 => PostingRules.PspFee(checkout, amount, movement)!,
            1 => PostingRules.Suspense(checkout, "cs_" + n, amount, movement, "random"),
            2 => PostingRules.SuspenseAccepted(checkout, [new OrderShare(new PaymentOrderId("ord_" + n), Books.Seller("seller-" + (act % 4)), amount, amount.BasisPoints(250))], at, at.AddDays(2))[0],
            _ => PostingRules.PayIn(checkout, new OrderShare(new PaymentOrderId("ord_" + n), Books.Seller("seller-" + (act % 4)), amount, amount.BasisPoints(1000)), movement),
        };
    }
}
