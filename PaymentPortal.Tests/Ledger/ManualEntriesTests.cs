using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

/// <summary>Entries by hand: balanced or refused, booked by the second person, never on accounts of open items.</summary>
public sealed class ManualEntriesTests
{
    [Fact]
    public async Task Propose_BooksNothing_UntilAnotherApproves()
    {
        await using var rig = await Rig.CreateAsync();

        var asked = await rig.ProposeAsync(Posting.Debit(Account.PspFees, Books.Usd(30)), Posting.Credit(Account.PspClearing, Books.Usd(30)));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
        var done = await rig.Approvals.ApproveAsync(asked.Value, Actor.Staff("checker"), CancellationToken.None);

        Assert.Equal(ApprovalState.Approved, done.Value);
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'Manual' AND memo = 'Because'"));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM manual_entries WHERE state = 'Posted' AND entry_id IS NOT NULL"));
    }

    [Fact]
    public async Task Refused_BooksNothing()
    {
        await using var rig = await Rig.CreateAsync();
        var asked = await rig.ProposeAsync(Posting.Debit(Account.BankMain, Books.Usd(30)), Posting.Credit(Account.Suspense, Books.Usd(30)));

        await rig.Approvals.RefuseAsync(asked.Value, Actor.Staff("checker"), "Wrong account", CancellationToken.None);

        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM manual_entries WHERE state = 'Dropped'"));
    }

    public static TheoryData<string> Wrong => ["unbalanced", "one line", "two currencies", "held", "transit", "refunds", "no reason"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Propose_WhatCantBeAnEntry_IsRefusedAndLeavesNothing(string what)
    {
        await using var rig = await Rig.CreateAsync();
        var bank = Posting.Debit(Account.BankMain, Books.Usd(30));
        var eur = new Money(30, Currency.Of("EUR"));
        IReadOnlyList<Posting> lines = what switch
        {
            "unbalanced" => [bank, Posting.Credit(Account.Suspense, Books.Usd(29))],
            "one line" => [bank],
            "two currencies" => [bank, Posting.Credit(Account.Suspense, Books.Usd(30)), Posting.Debit(Account.BankMain, eur), Posting.Credit(Account.Suspense, eur)],
            "held" => [bank, Posting.Credit(Account.SellerHeld(Books.Seller()), Books.Usd(30))],
            "transit" => [bank, Posting.Credit(Account.PspInTransit, Books.Usd(30))],
            "refunds" => [bank, Posting.Credit(Account.RefundsOpen, Books.Usd(30))],
            _ => [bank, Posting.Credit(Account.Suspense, Books.Usd(30))],
        };

        var asked = await rig.Manual.ProposeAsync(ManualTemplate.Free, lines, Actor.Staff("maker"), what == "no reason" ? "  " : "Because", CancellationToken.None);

        Assert.Equal(422, asked.Refusal?.HttpStatus);
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM manual_entries") + await rig.Store.ScalarAsync("SELECT COUNT(*) FROM approvals"));
    }

    [Fact]
    public async Task Approve_WouldMakeADebt_IsRefusedAndBooksNothing()
    {
        await using var rig = await Rig.CreateAsync();
        await rig.Store.RunAsync(unit => rig.Journal.Post(unit, Books.PayIn("ord_1", 1000, 0)));
        var asked = await rig.ProposeAsync(Posting.Debit(Account.SellerPayable(Books.Seller()), Books.Usd(1001)), Posting.Credit(Account.BankMain, Books.Usd(1001)));

        Assert.Equal(409, (await rig.Approvals.ApproveAsync(asked.Value, Actor.Staff("checker"), CancellationToken.None)).Refusal?.HttpStatus);

        Assert.Equal(1000, await rig.Store.ScalarAsync("SELECT payable FROM wallet_balances"));
        Assert.Equal(1, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
    }

    [Fact]
    public async Task Reversal_OfAManualEntry_IsItsOppositeOnce()
    {
        await using var rig = await Rig.CreateAsync();
        var entry = await rig.BookAsync();

        var asked = await rig.Manual.ProposeReversalAsync(entry, Actor.Staff("maker"), "Booked twice", CancellationToken.None);
        Assert.Equal(409, (await rig.Manual.ProposeReversalAsync(entry, Actor.Staff("other"), "Me too", CancellationToken.None)).Refusal?.HttpStatus);
        await rig.Approvals.ApproveAsync(asked.Value, Actor.Staff("checker"), CancellationToken.None);

        Assert.Equal(1, await rig.Store.ScalarAsync($"SELECT COUNT(*) FROM journal_entries WHERE reverses = '{entry}'"));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = 'psp:fees'"));
        Assert.Equal(409, (await rig.Manual.ProposeReversalAsync(entry, Actor.Staff("maker"), "Again", CancellationToken.None)).Refusal?.HttpStatus);
    }

    [Fact]
    public async Task Reversal_OfAPayIn_IsRefusedByHand()
    {
        await using var rig = await Rig.CreateAsync();
        var posted = await rig.Store.RunAsync(unit => rig.Journal.Post(unit, Books.PayIn("ord_1", 1000, 0)));

        var asked = await rig.Manual.ProposeReversalAsync(posted.EntryId, Actor.Staff("maker"), "Because", CancellationToken.None);

        Assert.Equal(409, asked.Refusal?.HttpStatus);
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM manual_entries"));
    }

    private sealed class Rig : IAsyncDisposable
    {
        private Rig(TestStore store)
        {
            (Store, Journal) = (store, new Journal(store.Chain));
            Approvals = new Approvals(store.Lane, new AuditLog(store.Chain), ApprovalLimits.Usual, new StaffNames(store.Cipher), () => [new ManualEntryApproval(Journal)]);
            Manual = new ManualEntries(store.Lane, store.Databases, Journal, Approvals);
        }

        public TestStore Store { get; }

        public Journal Journal { get; }

        public Approvals Approvals { get; }

        public ManualEntries Manual { get; }

        public static async Task<Rig> CreateAsync()
        {
            var store = await TestStore.CreateAsync();
            await StaffSeed.AddAsync(store, "checker");
            return new Rig(store);
        }

        public Task<Result<ApprovalId>> ProposeAsync(params IReadOnlyList<Posting> lines) => Manual.ProposeAsync(ManualTemplate.Free, lines, Actor.Staff("maker"), "Because", CancellationToken.None);

        public async Task<JournalEntryId> BookAsync()
        {
            var asked = await ProposeAsync(Posting.Debit(Account.PspFees, Books.Usd(30)), Posting.Credit(Account.PspClearing, Books.Usd(30)));
            await Approvals.ApproveAsync(asked.Value, Actor.Staff("checker"), CancellationToken.None);
            return await Store.RunAsync(unit => new JournalEntryId(unit.QueryFirst("SELECT entry_id FROM manual_entries WHERE entry_id IS NOT NULL", row => row.GetString(0))!));
        }

        public ValueTask DisposeAsync() => Store.DisposeAsync();
    }
}
