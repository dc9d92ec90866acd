using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation.Closes;

namespace PaymentPortal.Tests.Support;

/// <summary>Days with money of ours on all four sides, and people who sign them.</summary>
internal sealed class CloseRig(SettlementRig recon) : IAsyncDisposable
{
    public static readonly DateOnly Day = DateOnly.FromDateTime(SettlementRig.Day.UtcDateTime);

    public static readonly Actor First = Actor.Staff("maker");

    public static readonly Actor Second = Actor.Staff("checker");

    public SettlementRig Recon => recon;

    public TestStore Store => recon.Store;

    public static async Task<CloseRig> CreateAsync() => new(await SettlementRig.CreateAsync());

    /// <summary>A paid order with its charge and fee, as <see cref="SettlementRig.Row"/> tells of it.</summary>
    public async Task PaidAsync(string id, DateTimeOffset? at = null, long amount = 1250, long fee = 66)
    {
        var moment = at ?? SettlementRig.Day.AddHours(12);
        await Store.CorruptAsync($"""
            INSERT INTO payment_orders (payment_order_id, checkout_id, line, buyer_account, seller_account, amount, platform_fee, currency, payment_order_status, ledger_updated, wallet_updated, created_at, updated_at)
            VALUES ('ord_{id}', 'chk_{id}', 1, 'buyer', 'seller-1', {amount}, 125, 'USD', 'SUCCESS', 1, 1, 0, 0)
            """);
        await Store.RunAsync(unit =>
        {
            var (checkout, movement) = (new CheckoutId("chk_" + id), Books.Movement("txn_" + id, moment));
            unit.Execute(
                "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ($1, $2, $3, 'Orders', $4, 'USD', $5, $6)",
                "cs_" + id, checkout.Value, "att_" + id, amount, "ch_" + id, unit.Now);
            recon.Journal.Post(unit, PostingRules.PayIn(checkout, Books.Share("ord_" + id, amount, 125), movement));
            recon.Journal.Post(unit, PostingRules.PspFee(checkout, Books.Usd(fee), movement)!);
            return 0;
        });
    }

    /// <summary>A refund that the PSP has taken, as a row of category refund over <c>re_id</c> tells of it.</summary>
    public async Task RefundedAsync(string id, long amount, DateTimeOffset? at = null)
    {
        await Store.CorruptAsync($"""
            INSERT INTO refunds (refund_id, source, status, checkout_id, session_id, intent_id, charge_id, amount, platform_fee, currency, reason, made_by, psp_refund_id, created_at, updated_at, row_version, history_version)
            VALUES ('rfd_{id}', 'Suspense', 'SUCCEEDED', 'chk_{id}', 'cs_{id}', 'pi_{id}', 'ch_{id}', {amount}, 0, 'USD', 'test', 'user:maker', 're_{id}', 0, 0, 0, 1)
            """);
        await Store.RunAsync(unit =>
        {
            var share = new RefundShare(new RefundId("rfd_" + id), new CheckoutId("chk_" + id), RefundSource.Suspense, null, Books.Usd(amount), Books.Usd(0));
            recon.Journal.Post(unit, ReturnRules.RefundAccepted(share, "re_" + id, at ?? SettlementRig.Day.AddHours(11))!);
            return 0;
        });
    }

    public Task<DayProof> ProofAsync(DateOnly? day = null) => recon.Prover.ProveAsync(day ?? Day, CancellationToken.None);

    public async Task<Result<ApprovalId>> SignAsync(DateOnly? day = null, Actor? by = null, string remark = "All is named")
    {
        var asked = day ?? Day;
        return await recon.Closes.SignAsync(asked, (await ProofAsync(asked)).Digest, by ?? First, remark, CancellationToken.None);
    }

    public Task<Result<ApprovalState>> CountersignAsync(ApprovalId id, Actor? by = null) => recon.Approvals.ApproveAsync(id, by ?? Second, CancellationToken.None);

    public async Task CloseAsync(DateOnly? day = null)
    {
        var signed = await SignAsync(day);
        Assert.False(signed.IsRefused, signed.Refusal?.Text);
        Assert.Equal(ApprovalState.Approved, (await CountersignAsync(signed.Value)).Value);
    }

    /// <summary>Two charges, a refund, and a file that differs in one amount.</summary>
    public async Task<SettlementFileId> FillAsync()
    {
        foreach (var id in new[] { "a", "b" }) await PaidAsync(id);
        await RefundedAsync("a", 500);
        return await recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("a"), SettlementRig.Row("b", "12.60", net: "11.94"), SettlementRig.Row("r", "-5.00", "0.00", "-5.00", category: "refund", source: "re_a")));
    }

    public Task<DayClose?> FindAsync(DateOnly? day = null) => Store.RunAsync<DayClose?>(unit => DayClose.Find(unit, (day ?? Day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));

    public ValueTask DisposeAsync() => recon.DisposeAsync();
}
