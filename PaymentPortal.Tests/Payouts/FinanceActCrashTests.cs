using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>
/// SIGKILL while what finance has set going is sent: a failed payout that is paid again, our own money on its way to our bank, and a refund of what is in
/// suspense or owed. Each is asked for while the program is dead from the one before, and each is sent once.
/// </summary>
public sealed class FinanceActCrashTests
{
    private const string ClosedBank = "000111111113";
    private const string Ours = "house";
    private static readonly Actor Maker = Actor.Staff("maker");

    /// <summary>Stored and not sent, sent and not stored.</summary>
    private static readonly string[] Places = ["after-prepare", "after-send"];

    [Fact]
    public async Task KilledWhileActsOfFinanceAreSent_SendsEachOnce() => await Task.WhenAll(PayAsync(), RefundAsync());

    private static async Task PayAsync()
    {
        await using var rig = await CrashRig.StartAsync([]);
        var payout = await FailedAsync(rig);

        await rig.DeadAsync(services => PayAgainAsync(services, payout), Points(PayoutSteps.InRound(PayoutSteps.CreatePayout, 2)));
        await rig.DeadAsync(PayOurselvesAsync, Points(PayoutSteps.CreatePayout));
        await rig.TextAsync("SELECT CASE WHEN COUNT(*) = 2 THEN 'both' END FROM payouts WHERE status = 'PAID'");
        await rig.ComeToRestAsync();

        Assert.Equal(1 + (2 * Places.Length), rig.Deaths);
        var account = await rig.TextAsync("SELECT psp_account FROM seller_accounts WHERE seller_account = 'tea'");
        Assert.Single((await rig.AskPspAsync("/v1/transfers?transfer_group=" + payout)).Body["data"]!.AsArray());
        Assert.Equal(["paid", "failed"], (await rig.AskPspAsync("/v1/payouts", ("Stripe-Account", account))).Body["data"]!.AsArray().Select(one => (string)one!["status"]!));
        Assert.Single((await rig.AskPspAsync("/v1/payouts")).Body["data"]!.AsArray());
        foreach (var kind in new[] { "PayoutTransfer", "PayoutPaid", "OwnPayoutSent", "OwnPayoutPaid" }) Assert.Equal(1, await CountAsync(rig, kind));
        Assert.Equal((2, 1000, 0), (await rig.ReadAsync("SELECT MAX(round) FROM payouts"), await rig.ReadAsync("SELECT payable FROM wallet_balances WHERE seller_account = 'tea'"), await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances")));
        await rig.AssertSoundAsync();
    }

    /// <summary>The place after an answer comes last, and at what is owed: once an object's event is in, the answer to its sending is not needed any more.</summary>
    private static async Task RefundAsync()
    {
        MadeCheckout odd = null!;
        await using var rig = await CrashRig.StartAsync([], before: async services => odd = await OpenOddlyAsync(services));
        var (suspended, owed) = (await SuspendedAsync(rig, odd), await OwedAsync(rig));

        await rig.DeadAsync(services => RefundAsync(services, suspended, odd), Points(RefundSteps.Create));
        await rig.DeadAsync(services => RefundAsync(services, owed), RefundSteps.Create + "-after-store");
        await rig.TextAsync($"SELECT refund_id FROM refunds WHERE finance_task_id = '{suspended}' AND status = 'SUCCEEDED'");
        await rig.TextAsync($"SELECT refund_id FROM refunds WHERE finance_task_id = '{owed}' AND status = 'FAILED'");

        Assert.Equal(1 + Places.Length + 1, rig.Deaths);
        Assert.Equal((1, 2), (await RefundsAsync(rig, suspended), await RefundsAsync(rig, owed)));
        Assert.Equal(3, await CountAsync(rig, "RefundAccepted"));
        // It came back twice and is owed once.
        Assert.Equal((0, -500), (
            await rig.ReadAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account IN ('suspense', 'refunds:open')"), await rig.ReadAsync("SELECT SUM(amount) FROM postings WHERE account = 'refunds:owed'")));
        await rig.AssertSoundAsync();
    }

    private static string[] Points(string step) => [.. Places.Select(place => $"{step}-{place}")];

    /// <summary>A payout that the bank did not take, to a seller who has another bank by now; and somewhat of our own.</summary>
    private static async Task<string> FailedAsync(CrashRig rig)
    {
        await PutAsync(rig, Ours, PayoutRig.SellerBody().Replace("\"platform_fee_bp\":0", "\"platform_fee_bp\":10000", StringComparison.Ordinal));
        await PutAsync(rig, "tea", PayoutRig.SellerBody(ClosedBank));
        await SellAsync(rig, "pm_card_bypassPending", Order("tea", "20.00"), Order(Ours, "90.00"));
        var made = await rig.PostAsync("/api/v1/payouts", "crash-payout", """{"seller_account":"tea","amount":"10.00","currency":"USD"}""", 201);
        var payout = (string)made.Body["payout_id"]!;
        await rig.TextAsync($"SELECT status FROM payouts WHERE payout_id = '{payout}' AND status = 'FAILED'");
        await PutAsync(rig, "tea", PayoutRig.SellerBody());
        return payout;
    }

    /// <summary>A refund that came back after it had gone.</summary>
    private static async Task<string> OwedAsync(CrashRig rig)
    {
        var checkout = await SellAsync(rig, "pm_card_refundFail", Order(Ours, "5.00"));
        var order = await rig.TextAsync($"SELECT payment_order_id FROM payment_orders WHERE checkout_id = '{checkout.Id}'");
        await rig.PostAsync("/api/v1/refunds", "crash-refund", $$"""{"payment_order_id":"{{order}}","reason":"crash"}""", 201);
        return await rig.TextAsync("SELECT session_id FROM finance_tasks WHERE kind = 'RefundOwed'");
    }

    /// <summary>Money that came otherwise than it was asked for.</summary>
    private static async Task<string> SuspendedAsync(CrashRig rig, MadeCheckout odd)
    {
        await rig.ConfirmAsync(await rig.TextAsync($"SELECT psp_token FROM attempts WHERE checkout_id = '{odd.Id}' AND psp_token IS NOT NULL"));
        return await rig.TextAsync("SELECT session_id FROM finance_tasks WHERE kind = 'AmountDiffers'");
    }

    /// <summary>An open page of the PSP, of which we then believe that it asks for a cent more.</summary>
    private static async Task<MadeCheckout> OpenOddlyAsync(IServiceProvider services)
    {
        var (id, link) = ("", "");
        var request = CheckoutRules.Check(new CheckoutRequest("buyer-1", null, null, "USD", null, null, null, [new OrderRequest("odd", "7.00", null)])).Value;
        await services.GetRequiredService<PaymentService>().CreateAsync(request, IdempotentCall.Of("key_test", "odd", "POST test", []), view =>
        {
            (id, link) = (view.Id.Value, view.CheckoutUrl.Split('/')[^1]);
            return "{}";
        }, CancellationToken.None);
        Assert.IsType<PayAnswer.ToPsp>(await services.GetRequiredService<BuyerCheckout>().PayAsync(link, CancellationToken.None));
        await AddToAsync(services, id, 1);
        return new MadeCheckout(id, link);
    }

    private static async Task PayAgainAsync(IServiceProvider services, string payout)
    {
        var again = await services.GetRequiredService<PayoutService>().PayAgainAsync(new PayoutId(payout), "The bank was mended", Maker, CancellationToken.None);
        Assert.Equal(PayoutStatus.Sending, again.Value);
    }

    private static async Task PayOurselvesAsync(IServiceProvider services)
    {
        await StaffSeed.AddAsync(services, "maker", "checker");
        var own = (await services.GetRequiredService<PayoutService>().RequestOwnAsync(PayoutRig.Usd("2.00"), "Rent", Maker, CancellationToken.None)).Value;
        var approval = await services.GetRequiredService<WriteLane>().RunAsync(unit => unit.QueryFirst("SELECT approval_id FROM approvals WHERE subject_id = $1", row => row.GetString(0), own.Value), CancellationToken.None);
        Assert.Equal(ApprovalState.Approved, (await services.GetRequiredService<Approvals>().ApproveAsync(new ApprovalId(approval!), Actor.Staff("checker"), CancellationToken.None)).Value);
    }

    private static async Task RefundAsync(IServiceProvider services, string task, MadeCheckout? odd = null)
    {
        if (odd is not null) await AddToAsync(services, odd.Id, -1);
        var refund = await services.GetRequiredService<FinanceRefunds>().RefundAsync(task, Maker, "Taken by mistake", CancellationToken.None);
        Assert.False(refund.IsRefused, refund.Refusal?.Text);
    }

    /// <summary>How many the PSP itself has of the charge.</summary>
    private static async Task<int> RefundsAsync(CrashRig rig, string task)
    {
        var charge = await rig.TextAsync($"SELECT charge_id FROM refunds WHERE finance_task_id = '{task}'");
        return (await rig.PspAsync("/v1/refunds?charge=" + charge)).Body["data"]!.AsArray().Count;
    }

    private static Task<long> CountAsync(CrashRig rig, string kind) => rig.ReadAsync($"SELECT COUNT(*) FROM journal_entries WHERE kind = '{kind}'");

    /// <summary>Waits until the PSP has the bank account too.</summary>
    private static async Task PutAsync(CrashRig rig, string seller, string body)
    {
        await rig.CallAsync(client => client.SendAsync(HttpMethod.Put, "/api/v1/sellers/" + seller, body), answer => answer.Status == 200);
        await rig.TextAsync($"SELECT seller_account FROM seller_accounts WHERE seller_account = '{seller}' AND is_payouts_enabled AND bank_sent_version = bank_version");
    }

    private static string Order(string seller, string amount) => $$"""{"seller_account":"{{seller}}","amount":"{{amount}}"}""";

    private static async Task<MadeCheckout> SellAsync(CrashRig rig, string method, params string[] orders)
    {
        var made = await rig.PostAsync("/api/v1/checkouts", "crash-" + method, $$"""{"buyer_account":"buyer-1","currency":"USD","orders":[{{string.Join(',', orders)}}]}""", 201);
        var checkout = new MadeCheckout((string)made.Body["checkout_id"]!, ((string)made.Body["checkout_url"]!).Split('/')[^1]);
        await rig.ConfirmAsync(await rig.PressAsync(checkout), method);
        await rig.IsAsync(checkout, "SUCCESS");
        return checkout;
    }

    private static Task<int> AddToAsync(IServiceProvider services, string checkout, int minor) =>
        services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE payment_events SET amount = amount + $2 WHERE checkout_id = $1", checkout, minor), CancellationToken.None);
}
