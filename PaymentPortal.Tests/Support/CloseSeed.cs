using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>A day with money on all four sides and a difference, for tests of pages.</summary>
internal static class CloseSeed
{
    public static readonly DateOnly Day = DateOnly.FromDateTime(SettlementRig.Day.UtcDateTime);

    public const string Path = "/recon/close/2026-11-20";

    /// <summary>Two paid orders, one of them told with another amount, in an accepted file of the day.</summary>
    public static async Task FillAsync(IServiceProvider services)
    {
        foreach (var id in new[] { "seeda", "seedb" }) await PaidAsync(services, id, SettlementRig.Day.AddHours(10));
        await AcceptAsync(services, SettlementRig.Row("seeda"), SettlementRig.Row("seedb", "12.60", net: "11.94"));
    }

    /// <summary>A paid order that a file of its own tells of with another amount.</summary>
    public static async Task DifferAsync(IServiceProvider services, string id)
    {
        await PaidAsync(services, id, SettlementRig.Day.AddHours(11));
        await AcceptAsync(services, SettlementRig.Row(id, "12.55", net: "11.89"));
    }

    private static async Task AcceptAsync(IServiceProvider services, params string[] rows)
    {
        var staged = await services.GetRequiredService<SettlementGate>()
            .StageAsync(new IncomingFile("day.csv", SettlementOrigin.Upload, Actor.Program("test")), new MemoryStream(Encoding.UTF8.GetBytes(SettlementRig.File(rows))), CancellationToken.None);
        Assert.False((await services.GetRequiredService<SettlementDesk>().AcceptAsync(staged.Value, Actor.Program("test"), CancellationToken.None)).IsRefused);
    }

    /// <summary>Signed by two people, with its evidence hashed.</summary>
    public static async Task CloseAsync(IServiceProvider services)
    {
        var proof = await services.GetRequiredService<DayProver>().ProveAsync(Day, CancellationToken.None);
        var signed = await services.GetRequiredService<CloseDesk>().SignAsync(Day, proof.Digest, Actor.Staff("ana"), "The PSP looks into it", CancellationToken.None);
        Assert.False(signed.IsRefused, signed.Refusal?.Text);
        await StaffSeed.AddAsync(services, "ben");
        Assert.Equal(ApprovalState.Approved, (await services.GetRequiredService<Approvals>().ApproveAsync(signed.Value, Actor.Staff("ben"), CancellationToken.None)).Value);
    }

    public static Task<int> PaidAsync(IServiceProvider services, string id, DateTimeOffset at) => services.GetRequiredService<WriteLane>().RunAsync(
        unit =>
        {
            var (checkout, movement, journal) = (new CheckoutId("chk_" + id), Books.Movement("txn_" + id, at), services.GetRequiredService<Journal>());
            unit.Execute(
                """
                INSERT INTO payment_orders (payment_order_id, checkout_id, line, buyer_account, seller_account, amount, platform_fee, currency, payment_order_status, ledger_updated, wallet_updated, created_at, updated_at)
                VALUES ($1, $2, 1, 'buyer', 'seller-close', 1250, 125, 'USD', 'SUCCESS', 1, 1, $3, $3)
                """,
                "ord_" + id, checkout.Value, unit.Now);
            unit.Execute(
                "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ($1, $2, $3, 'Orders', 1250, 'USD', $4, $5)",
                "cs_" + id, checkout.Value, "att_" + id, "ch_" + id, unit.Now);
            journal.Post(unit, PostingRules.PayIn(checkout, Books.Share("ord_" + id, 1250, 125, "seller-close"), movement));
            journal.Post(unit, PostingRules.PspFee(checkout, Books.Usd(66), movement)!);
            return 0;
        },
        CancellationToken.None);
}
