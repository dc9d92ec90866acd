using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;

namespace PaymentPortal.Tests.Support;

/// <summary>A store with reconciliation over it, charges of ours, and settlement files that say what a test wants.</summary>
internal sealed class SettlementRig : IAsyncDisposable
{
    public const string Header = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id";

    public static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private SettlementRig(TestStore store)
    {
        Store = store;
        Journal = new Journal(store.Chain);
        var audit = new AuditLog(store.Chain);
        Book = new MismatchBook(store.Keys, Journal, Tolerances.Usual);
        Gate = new SettlementGate(store.Lane, store.Dialect, store.Keys, store.Cipher, audit, store.Time);
        Approvals = new Approvals(store.Lane, audit, ApprovalLimits.Usual, new StaffNames(store.Cipher), () => [new MismatchApproval(Book, Journal), new MismatchBatches(Book, Journal), new CloseApproval(store.Keys, audit)]);
        Files = new SettlementDesk(store.Lane, audit, Journal, Approvals, Book);
        Sweep = new SettlementSweep(store.Lane, store.Dialect, Book, store.Time);
        Desk = new MismatchDesk(store.Lane, Book, Approvals, audit);
        Queries = new ReconciliationQueries(store.Databases, store.Cipher);
        Many = new MismatchManyDesk(store.Lane, Book, Approvals, audit, Queries);
        Prover = new DayProver(store.Dialect, store.Time);
        Closes = new CloseDesk(store.Lane, Prover, Approvals, audit, store.Keys);
    }

    public TestStore Store { get; }

    public Journal Journal { get; }

    public MismatchBook Book { get; }

    public SettlementGate Gate { get; }

    public SettlementDesk Files { get; }

    public SettlementSweep Sweep { get; }

    public MismatchDesk Desk { get; }

    public MismatchManyDesk Many { get; }

    public Approvals Approvals { get; }

    public ReconciliationQueries Queries { get; }

    public DayProver Prover { get; }

    public CloseDesk Closes { get; }

    public CloseQueries Calendar => new(Store.Dialect, Prover, Store.Time);

    public static async Task<SettlementRig> CreateAsync()
    {
        var store = await TestStore.CreateAsync();
        await StaffSeed.AddAsync(store, "maker", "checker");
        return new SettlementRig(store);
    }

    public static string Row(string id, string gross = "12.50", string fee = "0.66", string net = "11.84", string currency = "usd", string category = "charge", string? source = null, string at = "2026-11-20 10:00:00") =>
        $"txn_{id},{at},{currency},{gross},{fee},{net},{category},{source ?? "ch_" + id}";

    public static string File(params string[] rows) => string.Join('\n', [Header, .. rows]) + "\n";

    public Task<Result<SettlementFileId>> StageAsync(string csv) => StageAsync(Encoding.UTF8.GetBytes(csv));

    public Task<Result<SettlementFileId>> StageAsync(byte[] bytes, string name = "file.csv") =>
        Gate.StageAsync(new IncomingFile(name, SettlementOrigin.Upload, Actor.Staff("maker"), Day, Day.AddDays(1)), new MemoryStream(bytes), CancellationToken.None);

    public async Task<SettlementFileId> AcceptAsync(string csv, DateTimeOffset? day = null)
    {
        var from = day ?? Day;
        var staged = await Gate.StageAsync(new IncomingFile("file.csv", SettlementOrigin.Upload, Actor.Staff("maker"), from, from.AddDays(1)), new MemoryStream(Encoding.UTF8.GetBytes(csv)), CancellationToken.None);
        Assert.False(staged.IsRefused, staged.Refusal?.Text);
        var accepted = await Files.AcceptAsync(staged.Value, Actor.Staff("maker"), CancellationToken.None);
        Assert.False(accepted.IsRefused, accepted.Refusal?.Text);
        return staged.Value;
    }

    /// <summary>A charge in our books, with its fee, as <see cref="Row"/> tells of it.</summary>
    public Task<int> ChargeAsync(string id, long amount = 1250, long fee = 66) => Store.RunAsync(unit =>
    {
        var (checkout, movement) = (new CheckoutId("chk_" + id), Books.Movement("txn_" + id, Day.AddHours(10)));
        unit.Execute(
            "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ($1, $2, $3, 'Orders', $4, 'USD', $5, $6)",
            "cs_" + id, checkout.Value, "att_" + id, amount, "ch_" + id, Day.AddHours(10));
        Journal.Post(unit, PostingRules.PayIn(checkout, Books.Share("ord_" + id, amount, 0), movement));
        if (PostingRules.PspFee(checkout, Books.Usd(fee), movement) is { } cost) Journal.Post(unit, cost);
        return 0;
    });

    public Task<int> RefundAsync(string id, long amount) => Store.RunAsync(unit =>
    {
        var share = new RefundShare(new RefundId("rfd_" + id), new CheckoutId("chk_" + id), RefundSource.Suspense, null, Books.Usd(amount), Books.Usd(0));
        Journal.Post(unit, ReturnRules.RefundAccepted(share, "re_" + id, Day.AddHours(11))!);
        return 0;
    });

    public async Task<Mismatch> SingleAsync(MismatchKind kind) => Assert.Single((await Queries.MismatchesAsync(new MismatchFilter(Kind: kind, IsClosedToo: true), null, 100, CancellationToken.None)).Items);

    /// <summary>Kinds and states of all mismatches, in the order of their lines.</summary>
    public async Task<IReadOnlyList<(MismatchKind Kind, MismatchState State)>> FoundAsync() =>
        [.. (await Queries.MismatchesAsync(new MismatchFilter(IsClosedToo: true), null, 1000, CancellationToken.None)).Items.OrderBy(one => one.FileId).ThenBy(one => one.Line).Select(one => (one.Kind, one.State))];

    public Task<long> ClearingAsync() => Store.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = 'psp:clearing'");

    public async Task AssertSoundAsync()
    {
        await using var snapshot = Store.Dialect.OpenReader();
        IInvariant[] all = [.. ReconciliationInvariants.All, .. LedgerInvariants.All, new LineMacInvariant(Store.Keys), new HistoryInvariant(Store.Keys, MismatchMoves.Rules), .. CloseInvariants.All, new CloseMacInvariant(Store.Keys)];
        foreach (var invariant in all) Assert.Empty((await invariant.CheckAsync(snapshot, CancellationToken.None)).Violations);
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
