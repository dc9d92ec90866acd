using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>Each invariant catches at least three kinds of damage, and none cries wolf over honest books.</summary>
public sealed class LedgerInvariantsTests
{
    private const string First = "(SELECT entry_id FROM journal_entries WHERE seq = 1)";
    private const string Reversal = "(SELECT entry_id FROM journal_entries WHERE kind = 'Reversal')";
    private const string NoCauseIndex = "DROP INDEX \"IX_journal_entries_kind_source_id\"; ";

    public static TheoryData<string, string> Damages => new()
    {
        { "ledger-01", $"UPDATE postings SET amount = amount + 1 WHERE entry_id = {First} AND line = 1" },
        { "ledger-01", $"DELETE FROM postings WHERE entry_id = {First} AND line > 1" },
        { "ledger-01", $"DELETE FROM journal_entries WHERE entry_id = {First}" },
        { "ledger-01", $"UPDATE postings SET currency = 'EUR' WHERE entry_id = {First} AND line = 1" },
        { "ledger-02", "UPDATE postings SET amount = amount - 1 WHERE account = 'platform:fees'" },
        { "ledger-02", "DELETE FROM postings WHERE account = 'psp:fees'" },
        { "ledger-02", $"INSERT INTO postings (entry_id, line, account, currency, amount, seq) VALUES ({First}, 4, 'suspense', 'USD', -5, 1)" },
        { "ledger-03", "INSERT INTO account_snapshots VALUES ('psp:clearing', 'USD', 3, 3751, 0)" },
        { "ledger-03", "INSERT INTO account_snapshots (account, currency, seq, balance, taken_at) VALUES ('psp:clearing', 'USD', 3, 3750, 0), ('psp:clearing', 'USD', 4, 3750, 0)" },
        { "ledger-03", "INSERT INTO account_snapshots (account, currency, seq, balance, taken_at) VALUES ('bank:main', 'USD', 2, 1, 0)" },
        { "ledger-04", "UPDATE postings SET account = 'psp:clearings' WHERE account = 'psp:clearing'" },
        { "ledger-04", "UPDATE postings SET currency = 'JPX' WHERE currency = 'JPY'" },
        { "ledger-04", $"UPDATE postings SET amount = 0 WHERE entry_id = {First}" },
        { "ledger-04", $"UPDATE postings SET amount = 12.5 WHERE entry_id = {First} AND line = 1" },
        { "ledger-04", "UPDATE postings SET amount = amount * 1000000000000 WHERE seq = 8" },
        { "ledger-05", $"UPDATE postings SET seq = 9 WHERE entry_id = {First} AND line = 1" },
        { "ledger-05", "UPDATE postings SET available_on = NULL WHERE account = 'seller:seller-1:payable'" },
        { "ledger-05", $"UPDATE postings SET line = 7 WHERE entry_id = {First} AND line = 3" },
        { "ledger-06", $"UPDATE postings SET amount = amount * 2 WHERE entry_id = {Reversal}" },
        { "ledger-06", $"UPDATE journal_entries SET reverses = {First} WHERE kind = 'Reversal'" },
        { "ledger-06", $"UPDATE journal_entries SET reverses = {Reversal} WHERE seq = 1" },
        { "ledger-06", "DROP INDEX \"IX_journal_entries_reverses\"; UPDATE journal_entries SET reverses = (SELECT reverses FROM journal_entries WHERE kind = 'Reversal') WHERE seq IN (8, 9)" },
        { "ledger-07", "UPDATE journal_entries SET seq = 11 WHERE seq = 10" },
        { "ledger-07", "DELETE FROM journal_entries WHERE seq = 5" },
        { "ledger-07", "UPDATE journal_entries SET chain_id = 'other' WHERE seq = 10" },
        { "ledger-08", NoCauseIndex + "UPDATE journal_entries SET source_id = 'ord_a' WHERE source_id = 'ord_b'" },
        { "ledger-08", "UPDATE journal_entries SET kind = 'Gift' WHERE seq = 1" },
        { "ledger-08", "UPDATE journal_entries SET source_id = '' WHERE seq = 1" },
        { "wallets-01", "UPDATE wallet_balances SET payable = payable + 1 WHERE seller_account = 'seller-1'" },
        { "wallets-01", "UPDATE wallet_balances SET payable = payable - 5, held = held + 5 WHERE seller_account = 'seller-1'" },
        { "wallets-01", "DELETE FROM wallet_balances WHERE seller_account = 'seller-2'" },
        { "wallets-01", "INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ('seller-9', 'USD', 100, 0)" },
        { "store-01", "DELETE FROM journal_entries WHERE seq = 1" },
        { "wallets-02", "UPDATE seller_accounts SET platform_fee_bp = 10001" },
        { "wallets-02", "UPDATE seller_accounts SET platform_fee_bp = -1" },
        { "wallets-02", "UPDATE seller_accounts SET platform_fee_bp = 'much'" },
        { "store-01", "UPDATE postings SET entry_id = 'jrn_nowhere' WHERE seq = 1" },
        { "store-01", "UPDATE sqlite_master SET sql = replace(sql, 'available_on IS NOT NULL', 'available_on IS NULL') WHERE name = 'IX_postings_account_currency_available_on'" },
        { "chain-main", "UPDATE journal_entries SET memo = 'x' WHERE seq = 3" },
        { "chain-main", "UPDATE postings SET amount = amount * 2 WHERE seq = 3" },
        { "chain-main", "UPDATE chain_heads SET count = 9 WHERE chain_id = 'main'" },
        { "chain-audit", "UPDATE audit_log SET reason = 'nothing' WHERE seq = 2" },
        { "chain-audit", "DELETE FROM audit_log WHERE seq = 2" },
        { "chain-audit", "UPDATE audit_log SET actor = 'user:u2' WHERE seq = 5" },
        { "chain-cover", "INSERT INTO chain_heads SELECT 'third', count, head FROM chain_heads WHERE chain_id = 'main'" },
        { "chain-cover", "UPDATE chain_heads SET chain_id = 'mine' WHERE chain_id = 'audit'" },
        { "chain-cover", "UPDATE chain_heads SET chain_id = 'MAIN' WHERE chain_id = 'main'" },
        { "store-02", "UPDATE journal_entries SET posted_at = posted_at + 3600000000 WHERE seq = 10" },
        { "store-02", "UPDATE audit_log SET at = at + 6000000 WHERE seq = 5" },
        { "store-02", "INSERT INTO seller_accounts (seller_account, created_at) VALUES ('early', 9000000000000000)" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Invariant_OverDamage_IsBroken(string code, string damage)
    {
        await using var store = await PlantedBooks.CreateAsync();

        await store.CorruptAsync(damage);

        Assert.Contains(code, await store.BrokenAsync());
    }

    [Fact]
    public async Task Store_WithADamagedPage_IsBroken()
    {
        await using var store = await PlantedBooks.CreateAsync();
        await store.CorruptAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        var root = await store.ScalarAsync("SELECT rootpage FROM sqlite_master WHERE name = 'postings'");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        await using (var file = new FileStream(store.Dialect.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = ((root - 1) * 4096) + 3000;
            await file.WriteAsync(new byte[500]);
        }

        Assert.Contains("store-01", await store.BrokenAsync());
    }

    [Fact]
    public async Task Invariants_OverHonestBooks_AllHold()
    {
        await using var store = await PlantedBooks.CreateAsync();

        Assert.Empty(await store.BrokenAsync());
    }

    [Fact]
    public async Task Invariants_OverAnEmptyStore_AllHold()
    {
        await using var store = await TestStore.CreateAsync();

        Assert.Empty(await store.BrokenAsync());
    }
}
