using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>A closed day, a second one and a fact that came late, to be corrupted.</summary>
public sealed class PlantedCloses : IAsyncLifetime
{
    private PlantedStore _store = null!;

    public async Task InitializeAsync()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        await rig.CloseAsync();
        await rig.PaidAsync("late");
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("late")), SettlementRig.Day.AddDays(1));
        await rig.CloseAsync(CloseRig.Day.AddDays(1));
        await rig.PaidAsync("open", SettlementRig.Day.AddDays(2).AddHours(5));
        _store = await PlantedStore.CopyAsync(rig.Store.Dialect.File, [.. CloseInvariants.All, new CloseMacInvariant(rig.Store.Keys)]);
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql) => _store.BrokenAfterAsync(sql);

    public async Task DisposeAsync() => await _store.DisposeAsync();
}

/// <summary>Each rule of closed days finds what breaks it, and nothing in honest data.</summary>
public sealed class CloseInvariantsTests(PlantedCloses planted) : IClassFixture<PlantedCloses>
{
    [Fact]
    public async Task HonestCloses_BreakNothing() => Assert.Empty(await planted.BrokenAfterAsync(""));

    [Theory]
    [InlineData("close-01", "UPDATE postings SET amount = amount + 1 WHERE account = 'psp:clearing' AND entry_id = (SELECT entry_id FROM journal_entries WHERE source_id = 'ord_a')")]
    [InlineData("close-01", "UPDATE payment_orders SET amount = amount - 1 WHERE payment_order_id = 'ord_b'")]
    [InlineData("close-01", "UPDATE settlement_lines SET is_counted = 0 WHERE transaction_id = 'txn_a'")]
    [InlineData("close-01", "UPDATE settlement_lines SET gross = gross + 1 WHERE transaction_id = 'txn_r'")]
    [InlineData("close-01", "UPDATE day_close_figures SET psp = psp + 1 WHERE category = 'charge'")]
    [InlineData("close-01", "UPDATE day_close_figures SET ledger = ledger + 1, wallets = wallets + 1 WHERE category = 'wallets_at_end'")]
    [InlineData("close-01", "DELETE FROM journal_entries WHERE source_id = 're_a'")]
    [InlineData("close-02", "UPDATE journal_entries SET effective_at = effective_at - 2 * 86400000000 WHERE source_id = 'ord_open'")]
    [InlineData("close-02", "UPDATE journal_entries SET effective_at = happened_at, happened_at = NULL WHERE source_id = 'ord_late'")]
    [InlineData("close-02", "UPDATE journal_entries SET happened_at = effective_at - 1 WHERE source_id = 'ord_open'")]
    [InlineData("close-02", "UPDATE locked_days SET last_seq = last_seq - 1 WHERE day = '2026-11-20'")]
    [InlineData("close-02", "DELETE FROM locked_days WHERE day = '2026-11-20'")]
    [InlineData("close-02", "UPDATE settlement_lines SET effective_at = effective_at + 1 WHERE transaction_id = 'txn_late'")]
    [InlineData("close-03", "UPDATE day_closes SET second_by = first_by WHERE day = '2026-11-20'")]
    [InlineData("close-03", "UPDATE day_closes SET second_by = 'key:key_1' WHERE day = '2026-11-21'")]
    [InlineData("close-03", "UPDATE approvals SET decided_by = maker WHERE subject_id = '2026-11-20'")]
    [InlineData("close-03", "DELETE FROM locked_days WHERE day = '2026-11-21'")]
    [InlineData("close-03", "UPDATE day_closes SET state = 'Signed' WHERE day = '2026-11-21'")]
    [InlineData("close-03", "DELETE FROM day_close_items WHERE day = '2026-11-21'; DELETE FROM day_close_figures WHERE day = '2026-11-21'; DELETE FROM locked_days WHERE day = '2026-11-21'; DELETE FROM day_closes WHERE day = '2026-11-21'")]
    [InlineData("close-03", "DELETE FROM audit_log WHERE action = 'day.close' AND object_id = '2026-11-20'")]
    [InlineData("close-04", "UPDATE day_closes SET remark = 'nothing to say' WHERE day = '2026-11-20'")]
    [InlineData("close-04", "UPDATE day_closes SET manifest_sha256 = 'abc' WHERE day = '2026-11-20'")]
    [InlineData("close-04", "UPDATE day_closes SET digest = (SELECT digest FROM day_closes WHERE day = '2026-11-21') WHERE day = '2026-11-20'")]
    [InlineData("close-04", "UPDATE day_close_items SET note = 'Amount, Resolved' WHERE number = 1")]
    [InlineData("close-04", "DELETE FROM day_close_items WHERE day = '2026-11-20' AND number = 1")]
    [InlineData("close-04", "UPDATE day_close_figures SET orders = orders - 1, ledger = ledger - 1, wallets = wallets - 1, psp = psp - 1 WHERE category = 'refund'")]
    public async Task Corruption_IsFoundByItsRule(string code, string sql) => Assert.Contains(code, (await planted.BrokenAfterAsync(sql)).Keys);
}
