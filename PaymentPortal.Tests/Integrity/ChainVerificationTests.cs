using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Whatever is done to a chained table with the database file in hand, the chain says so and names the place.</summary>
public sealed class ChainVerificationTests
{
    private const string Swap = "UPDATE journal_entries SET seq = -3 WHERE seq = 3; UPDATE journal_entries SET seq = 3 WHERE seq = 4; UPDATE journal_entries SET seq = 4 WHERE seq = -3;";
    private const string SwapPostings = "UPDATE postings SET seq = -3 WHERE seq = 3; UPDATE postings SET seq = 3 WHERE seq = 4; UPDATE postings SET seq = 4 WHERE seq = -3;";

    public static TheoryData<string, string, string> Tamperings => new()
    {
        { "an entry is edited", "UPDATE journal_entries SET memo = 'x' WHERE seq = 3", "row 3 " },
        { "amounts are edited in balance", "UPDATE postings SET amount = amount * 2 WHERE seq = 3", "row 3 " },
        { "a line goes to another seller", "UPDATE postings SET account = 'seller:thief:payable' WHERE seq = 3 AND account LIKE 'seller:%'", "row 3 " },
        { "a day is edited", "UPDATE journal_entries SET effective_at = effective_at - 86400000000 WHERE seq = 3", "row 3 " },
        { "the lines are removed", "DELETE FROM postings WHERE seq = 3", "row 3 " },
        { "an entry is removed", "DELETE FROM postings WHERE seq = 3; DELETE FROM journal_entries WHERE seq = 3", "after row 2 comes row 4" },
        { "an entry is removed and the rest moved up", "DELETE FROM postings WHERE seq = 3; DELETE FROM journal_entries WHERE seq = 3; UPDATE journal_entries SET seq = seq - 1 WHERE seq > 3", "row 3 " },
        { "an entry is inserted at the end", "INSERT INTO journal_entries SELECT 'jrn_new', chain_id, 11, kind, 'ord_new', checkout_id, posted_at, effective_at, happened_at, available_on, memo, NULL, mac, key_id FROM journal_entries WHERE seq = 3; UPDATE chain_heads SET count = 11 WHERE chain_id = 'main'", "row 11 " },
        { "two entries are swapped", Swap + SwapPostings, "row 3 " },
        { "the key of a row is unknown", "UPDATE journal_entries SET key_id = 'deadbeef' WHERE seq = 3", "row 3 " },
        { "the head is set back", "UPDATE chain_heads SET count = 9 WHERE chain_id = 'main'", "its head says 9 rows" },
        { "the head is removed", "DELETE FROM chain_heads WHERE chain_id = 'main'", "its head says 0 rows" },
    };

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task Journal_Tampered_IsFoundAtTheFirstWrongRow(string what, string damage, string finding)
    {
        await using var store = await PlantedBooks.CreateAsync();

        await store.CorruptAsync(damage);

        var broken = await store.BrokenAsync();
        Assert.True(broken.ContainsKey("chain-main"), what);
        Assert.StartsWith(finding, broken["chain-main"][0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE audit_log SET reason = 'nothing' WHERE seq = 2")]
    [InlineData("DELETE FROM audit_log WHERE seq = 2")]
    [InlineData("UPDATE audit_log SET actor = 'user:u2' WHERE seq = 5")]
    public async Task AuditLog_Tampered_IsFound(string damage)
    {
        await using var store = await PlantedBooks.CreateAsync();

        await store.CorruptAsync(damage);

        Assert.Contains("chain-audit", await store.BrokenAsync());
    }

    [Fact]
    public async Task Tail_CutTogetherWithItsHead_IsFoundByTheAnchor()
    {
        await using var store = await PlantedBooks.CreateAsync();
        await WriteAnchorsAsync(store);

        await store.CorruptAsync("""
            DELETE FROM postings WHERE seq > 8; DELETE FROM journal_entries WHERE seq > 8;
            UPDATE chain_heads SET count = 8, head = (SELECT mac FROM journal_entries WHERE seq = 8) WHERE chain_id = 'main';
            """);

        var broken = await store.BrokenAsync();
        Assert.Contains("it ends at row 8, but the anchor", broken["chain-main"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldCopy_PutInPlaceOfTheData_IsFoundByTheAnchor()
    {
        await using var store = await PlantedBooks.CreateAsync();
        var copy = Path.Combine(store.Directory, "copy.db");
        await store.CorruptAsync($"VACUUM INTO '{copy}'");
        await PostAsync(store, "ord_after_copy");
        await WriteAnchorsAsync(store);

        var broken = await store.BrokenAsync(new SqliteDialect(copy));

        Assert.Contains("an older copy of the data was put in place", broken["chain-main"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_WrittenAnewWithTheRightKey_IsFoundByTheAnchor()
    {
        await using var store = await TestStore.CreateAsync();
        await PostAsync(store, "ord_1");
        await WriteAnchorsAsync(store);
        await store.CorruptAsync("DELETE FROM postings; DELETE FROM journal_entries; DELETE FROM chain_heads; DELETE FROM wallet_balances");

        await PostAsync(store, "ord_2");

        var broken = await store.BrokenAsync();
        Assert.Contains("history was written anew", broken["chain-main"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finding_AfterAnAnchor_NamesTheLastGoodOne()
    {
        await using var store = await PlantedBooks.CreateAsync();
        await WriteAnchorsAsync(store);
        await PostAsync(store, "ord_11");

        await store.CorruptAsync("UPDATE journal_entries SET memo = 'x' WHERE seq = 11");

        Assert.Contains("proved up to row 10 by the anchor", (await store.BrokenAsync())["chain-main"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anchors_OfAGrowingStore_KeepHolding()
    {
        await using var store = await PlantedBooks.CreateAsync();
        for (var n = 0; n < 5; n++)
        {
            await WriteAnchorsAsync(store);
            await PostAsync(store, "ord_more" + n);
        }

        Assert.Empty(await store.BrokenAsync());
    }

    [Fact]
    public async Task Chain_ThatNothingReads_CountsAsUnverified()
    {
        await using var store = await PlantedBooks.CreateAsync();

        await store.CorruptAsync("INSERT INTO chain_heads (chain_id, count, head) VALUES ('secret', 1, x'00')");

        Assert.Contains("chain-cover", await store.BrokenAsync());
    }

    private static Task<PostResult> PostAsync(TestStore store, string order) =>
        store.RunAsync(unit => new Journal(store.Chain).Post(unit, Books.PayIn(order, 1000, 100)));

    private static async Task WriteAnchorsAsync(TestStore store)
    {
        using var anchors = store.Anchors();
        await anchors.WriteAsync(CancellationToken.None);
    }
}
