using System.Collections.Concurrent;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// The only writer of the books. One call inserts the entry, its postings, its chain link and the moved wallets in the caller's unit, or,
/// when the same cause was booked before, nothing at all. Entries are never changed: what was wrong is reversed.
/// </summary>
public sealed class Journal(HashChain chain)
{
    /// <summary>The chain of all entries that this installation's lane writes.</summary>
    public const string ChainId = "main";

    private const string InsertEntry = """
        INSERT INTO journal_entries (entry_id, chain_id, seq, kind, source_id, checkout_id, posted_at, effective_at, happened_at, available_on, memo, reverses, mac, key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (kind, source_id) DO NOTHING
        """;

    /// <summary>SQLite makes a floating number of a sum past 2^63 and says nothing; far below it a move is refused instead.</summary>
    private const string MostInAWallet = "4000000000000000000";

    private const string MoveWallet = $"""
        INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ($1, $2, $3, $4)
        ON CONFLICT (seller_account, currency) DO UPDATE SET payable = wallet_balances.payable + excluded.payable, held = wallet_balances.held + excluded.held
            WHERE wallet_balances.payable + excluded.payable BETWEEN -{MostInAWallet} AND {MostInAWallet} AND wallet_balances.held + excluded.held BETWEEN -{MostInAWallet} AND {MostInAWallet}
        """;

    private static readonly ConcurrentDictionary<int, string> InsertPostings = new();

    /// <summary>
    /// Books an entry once per kind and source. A repeat answers with the first entry; a repeat with other lines is a bug and throws. What happened on a
    /// closed day is booked on the first open one: see <see cref="LockedDays"/>.
    /// </summary>
    public PostResult Post(UnitOfWork unit, JournalEntry entry)
    {
        var id = unit.NewId<JournalEntryId>();
        EntryFields? fields = null;
        var place = LockedDays.Place(unit, entry.EffectiveAt);
        var link = chain.Next(unit, ChainId, (mac, sequence) => (fields = EntryFields.Of(id, sequence, unit.Now, entry, place)).AddTo(mac));
        // The unique index on (kind, source_id) decides, so the head of the chain may only move once the row is in.
        if (!Insert(unit, fields!, link)) return new PostResult(FindRepeat(unit, entry), IsNew: false);
        InsertLines(unit, fields!);
        MoveWallets(unit, entry);
        chain.Store(unit, link);
        return new PostResult(id, IsNew: true);
    }

    /// <summary>Undoes an entry by its exact opposite, once; asking again gives the same reversal.</summary>
    public PostResult Reverse(UnitOfWork unit, JournalEntryId id, DateTimeOffset effectiveAt, string why) =>
        Post(unit, PostingRules.Reversal(Find(unit, id) ?? throw new InvalidOperationException($"There is no entry {id} to reverse."), effectiveAt, why));

    public PostedEntry? Find(UnitOfWork unit, JournalEntryId id)
    {
        var postings = unit.Query(
            "SELECT account, currency, amount FROM postings WHERE entry_id = $1 ORDER BY line",
            row => new Posting(Account.Of(row.GetString(0)), new Money(row.GetInt64(2), Currency.Of(row.GetString(1)))),
            id.Value);
        return unit.QueryFirst(
            "SELECT kind, source_id, checkout_id, posted_at, effective_at, available_on, memo, reverses FROM journal_entries WHERE entry_id = $1",
            row => new PostedEntry(id, Instants.FromMicroseconds(row.GetInt64(3)), new JournalEntry(Enum.Parse<EntryKind>(row.GetString(0)), row.GetString(1), Instants.FromMicroseconds(row.GetInt64(4)), postings)
            {
                CheckoutId = row.IsDBNull(2) ? null : new CheckoutId(row.GetString(2)),
                AvailableOn = row.IsDBNull(5) ? null : Instants.FromMicroseconds(row.GetInt64(5)),
                Memo = row.GetString(6),
                Reverses = row.IsDBNull(7) ? null : new JournalEntryId(row.GetString(7)),
            }),
            id.Value);
    }

    private static bool Insert(UnitOfWork unit, EntryFields entry, ChainLink link) =>
        unit.Execute(
            InsertEntry, entry.EntryId, link.ChainId, link.Sequence, entry.Kind, entry.SourceId, entry.CheckoutId, entry.PostedAt, entry.EffectiveAt, entry.HappenedAt, entry.AvailableOn, entry.Memo, entry.Reverses,
            link.Mac, link.KeyId) == 1;

    private JournalEntryId FindRepeat(UnitOfWork unit, JournalEntry entry)
    {
        var id = new JournalEntryId(unit.QueryFirst("SELECT entry_id FROM journal_entries WHERE kind = $1 AND source_id = $2", row => row.GetString(0), entry.Kind, entry.SourceId)!);
        var first = Find(unit, id)!.Entry;
        if (!first.Postings.SequenceEqual(entry.Postings))
            throw new InvalidOperationException($"{entry.Kind} of {entry.SourceId} is booked as {id} with other lines: one cause can't have two amounts.");
        return id;
    }

    private static void InsertLines(UnitOfWork unit, EntryFields entry)
    {
        var arguments = new List<object?>(2 + (4 * entry.Postings.Count)) { entry.EntryId, entry.Postings[0].Seq };
        foreach (var line in entry.Postings) arguments.AddRange([line.Account, line.Currency, line.Amount, line.AvailableOn]);
        unit.Execute(InsertPostings.GetOrAdd(entry.Postings.Count, PostingsStatement), [.. arguments]);
    }

    private static void MoveWallets(UnitOfWork unit, JournalEntry entry)
    {
        var moves = entry.Postings.Where(posting => posting.Account.IsWallet)
            .GroupBy(posting => (Seller: posting.Account.Seller!.Value.Value, posting.Amount.Currency))
            .OrderBy(move => move.Key.Seller, StringComparer.Ordinal);
        foreach (var move in moves)
        {
            // A credit is below zero in the books and is more money in the wallet.
            var payable = -move.Where(posting => posting.Account.IsSellerPayable).Sum(posting => posting.Amount.Minor);
            var held = -move.Where(posting => posting.Account.IsSellerHeld).Sum(posting => posting.Amount.Minor);
            if (unit.Execute(MoveWallet, move.Key.Seller, move.Key.Currency.Code, payable, held) != 1)
                throw new OverflowException($"The wallet of {move.Key.Seller} in {move.Key.Currency} can't hold what {entry.Kind} of {entry.SourceId} moves; nothing of it was booked.");
        }
    }

    private static string PostingsStatement(int lines)
    {
        var rows = Enumerable.Range(0, lines).Select(line =>
        {
            var at = 3 + (line * 4);
            return string.Create(CultureInfo.InvariantCulture, $"($1, $2, {line + 1}, ${at}, ${at + 1}, ${at + 2}, ${at + 3})");
        });
        return "INSERT INTO postings (entry_id, seq, line, account, currency, amount, available_on) VALUES " + string.Join(", ", rows);
    }
}
