using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Approvals over a store of their own, with one kind of act whose doings a test can read.</summary>
internal sealed class ApprovalRig : IAsyncDisposable
{
    public static readonly Actor Maker = Actor.Staff("maker");
    public static readonly Actor Checker = Actor.Staff("checker");

    private ApprovalRig(TestStore store, ApprovalLimits limits)
    {
        Store = store;
        Act = new ProbeKind();
        Approvals = new Approvals(store.Lane, new AuditLog(store.Chain), limits, new StaffNames(store.Cipher), () => [Act]);
    }

    public TestStore Store { get; }

    public ProbeKind Act { get; }

    public Approvals Approvals { get; }

    public static async Task<ApprovalRig> CreateAsync(ApprovalLimits? limits = null)
    {
        var store = await TestStore.CreateAsync();
        await StaffSeed.AddAsync(store, ["maker", "checker", "another", .. Enumerable.Range(0, 16).Select(at => "checker" + at)]);
        return new ApprovalRig(store, limits ?? ApprovalLimits.Usual);
    }

    public static Money Usd(long minor) => new(minor, Currency.Of("USD"));

    public Task<Result<ApprovalId>> AskAsync(string subject, Actor? maker = null, long? amount = null) =>
        Store.RunAsync(unit => Approvals.Ask(unit, new ApprovalAsk(ProbeKind.Name, subject, maker ?? Maker, amount is { } minor ? Usd(minor) : null, "Because"), ApprovalRule.Always));

    public Task<Result<ApprovalId?>> AskIfAboveAsync(string subject, long amount, Actor? maker = null) =>
        Store.RunAsync(unit => Approvals.AskIfAbove(unit, new ApprovalAsk(ProbeKind.Name, subject, maker ?? Maker, Usd(amount), "Because")));

    public Task<Result<ApprovalState>> ApproveAsync(ApprovalId id, Actor? checker = null) => Approvals.ApproveAsync(id, checker ?? Checker, CancellationToken.None);

    public async Task<ApprovalId> KeyAsync(string? owner)
    {
        var key = Ids.New<ApiKeyId>(Store.Time);
        await Store.RunAsync(unit => unit.Execute("INSERT INTO api_keys (key_id, name, key_hash, last4, scopes, owner_id, created_at) VALUES ($1, 'k', $2, 'abcd', '*', $3, $4)", key.Value, new byte[32], owner, unit.Now));
        return new ApprovalId(key.Value);
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    /// <summary>Counts what it does in a table of the store, so that what is undone is undone here too.</summary>
    internal sealed class ProbeKind : IApprovalKind
    {
        public const string Name = "probe";

        /// <summary>What it would do; a test changes it behind the maker's back.</summary>
        public string Wish { get; set; } = "as asked";

        public Refusal? Refuses { get; set; }

        public string Kind => Name;

        public string Label => "Probe";

        public Approvers Approvers => Approvers.Finance;

        public string? PageOf(string subjectId) => null;

        public ApprovalPreview Preview(UnitOfWork unit, string subjectId) => new(Wish, [new ApprovalLine("bank:main", Usd(100)), new ApprovalLine("suspense", -Usd(100))], [new ApprovalChange("wish", null, Wish)]);

        public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
        {
            Note(unit, "done:" + subjectId);
            return Refuses;
        }

        public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => Note(unit, $"{end}:{subjectId}");

        private static void Note(UnitOfWork unit, string what) => unit.Execute("INSERT INTO store_meta (name, value) VALUES ($1, '1') ON CONFLICT (name) DO UPDATE SET value = CAST(store_meta.value AS INTEGER) + 1", what);
    }
}
