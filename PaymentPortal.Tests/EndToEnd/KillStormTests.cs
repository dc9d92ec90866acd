using System.Collections.Concurrent;
using System.Globalization;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Events;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>
/// SIGKILL at random moments while payments are made, declined, given up, paid back, disputed, and paid out to their seller, and while the merchant's
/// server fails again and again. After each kill every invariant holds of what is on disk; at the end nothing was charged or sent twice, the merchant
/// has taken every fact, and nothing waits. KILLS and KILL_SEED set how many and which.
/// </summary>
public sealed class KillStormTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    /// <summary>A kill comes after this many answers at most: between two of one client most steps of another are under way.</summary>
    private const int MostAnswers = 60;

    /// <summary>What is paid back and paid out of a payment, in cents.</summary>
    private const long Part = 100;

    /// <summary>What one of the merchant's two endpoints wants; the other wants all.</summary>
    private static readonly string[] Ends = [EventTypes.CheckoutSucceeded, EventTypes.CheckoutCanceled, EventTypes.RefundSucceeded, EventTypes.PayoutPaid, EventTypes.DisputeWon];

    private readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "3", CultureInfo.InvariantCulture);
    private readonly ulong _seed = ulong.Parse(Environment.GetEnvironmentVariable("KILL_SEED") ?? "20261123", CultureInfo.InvariantCulture);
    private readonly ConcurrentDictionary<string, Fate> _made = new(StringComparer.Ordinal);
    private int _answers;
    private int _number;
    private volatile bool _isOver;

    private enum Fate
    {
        Paid,
        DeclinedThenPaid,
        Left,
        PaidBack,
        PaidOut,
        Disputed,
    }

    [Fact]
    public async Task KilledAtAnyMoment_UnderLoad_LosesNothingAndDoublesNothing()
    {
        output.WriteLine($"KILLS={_kills} KILL_SEED={_seed}");
        await using var merchant = await MerchantReceiver.StartAsync();
        var moods = new FailingMerchant(new DemoDice(_seed + 1));
        merchant.Answer = moods.AnswerAsync;
        await using var rig = await CrashRig.StartAsync([]);
        await rig.AddWebhookEndpointAsync(merchant.Url);
        await rig.AddWebhookEndpointAsync(merchant.Url + "/ends", Ends);
        await OpenShopAsync(rig);
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => LoadAsync(rig))).ToArray();

        var dice = new DemoDice(_seed);
        for (var kill = 1; kill <= _kills; kill++)
        {
            var until = Volatile.Read(ref _answers) + 1 + dice.Below(MostAnswers);
            await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref _answers) >= until || clients.Any(client => client.IsFaulted)), TimeSpan.FromMinutes(5));
            if (clients.FirstOrDefault(client => client.IsFaulted) is { } broken) await broken;
            await rig.KillVerifyAndStartAsync();
        }
        _isOver = true;
        await Task.WhenAll(clients);
        await rig.ComeToRestAsync();

        output.WriteLine($"{string.Join(", ", _made.Values.CountBy(fate => fate).OrderBy(made => made.Key).Select(made => $"{made.Value} {made.Key}"))}");
        output.WriteLine($"{_made.Count} payments, {_answers} answers, {merchant.Got.Count} webhooks, {moods.Failures} of them failed");
        await AssertChargedOnceAsync(rig);
        Assert.Equal(_made.Count, await rig.ReadAsync("SELECT COUNT(*) FROM payment_events"));
        var (paidBack, paidOut, disputed) = (Count(Fate.PaidBack), Count(Fate.PaidOut), Count(Fate.Disputed));
        Assert.Equal(paidBack, await rig.ReadAsync("SELECT COUNT(*) FROM refunds WHERE status = 'SUCCEEDED'"));
        Assert.Equal(paidOut, await rig.ReadAsync("SELECT COUNT(*) FROM payouts WHERE status = 'PAID'"));
        Assert.Equal(disputed, await rig.ReadAsync("SELECT COUNT(*) FROM disputes WHERE status = 'WON'"));
        var books = await rig.Control.BooksAsync();
        var psp = books.Currencies["usd"];
        Assert.Equal((paidBack * Part, paidOut * Part, 0), (psp.Refunds, psp.Transfers, psp.Disputes));
        Assert.Equal(paidOut * Part, books.Accounts.Values.Sum(account => account.GetValueOrDefault("usd")?.Payouts ?? 0));
        Assert.True(moods.Failures > 0, "The merchant never failed.");
        await AssertToldAsync(rig, new Uri(merchant.Url).AbsolutePath, moods, "1 = 1");
        await AssertToldAsync(rig, new Uri(merchant.Url).AbsolutePath + "/ends", moods, $"type IN ('{string.Join("', '", Ends)}')");
        await rig.AssertSoundAsync();
    }

    /// <summary>Each fact that an endpoint wants was taken there, and stands as delivered, after as many tries as it took.</summary>
    private static async Task AssertToldAsync(CrashRig rig, string path, FailingMerchant moods, string wanted)
    {
        const string Mine = "FROM webhook_deliveries d JOIN webhook_endpoints e ON e.endpoint_id = d.endpoint_id AND e.url LIKE '%";
        var facts = (await rig.TextAsync($"SELECT group_concat(event_id, ' ') FROM outbox WHERE {wanted}")).Split(' ').Order(StringComparer.Ordinal).ToList();
        Assert.Equal(facts, moods.TakenAt(path));
        Assert.Equal(facts, (await rig.TextAsync($"SELECT group_concat(d.event_id, ' ') {Mine}{path}' WHERE d.state = 'Delivered'")).Split(' ').Order(StringComparer.Ordinal));
        Assert.Equal(0, await rig.ReadAsync($"SELECT COUNT(*) {Mine}{path}' WHERE d.state <> 'Delivered'"));
        Assert.True(await rig.ReadAsync($"SELECT COUNT(*) {Mine}{path}' WHERE d.tries > 1") > 0, $"Nothing had to be sent again to {path}.");
    }

    /// <summary>One client: a payment after the other, each call repeated under its key until it is answered.</summary>
    private async Task LoadAsync(CrashRig rig)
    {
        while (!_isOver)
        {
            var number = Interlocked.Increment(ref _number);
            var fate = (Fate)(number % Enum.GetValues<Fate>().Length);
            var checkout = await AnsweredAsync(rig.CreateAsync($"storm-{number}"));
            _made[checkout.Id] = fate;
            if (fate == Fate.Left)
            {
                await AnsweredAsync(rig.CancelAsync(checkout));
                await rig.IsAsync(checkout, "CANCELED");
                continue;
            }
            var session = await AnsweredAsync(rig.PressAsync(checkout));
            if (fate == Fate.DeclinedThenPaid) await AnsweredAsync(rig.DeclineAsync(session));
            await AnsweredAsync(rig.ConfirmAsync(session, fate == Fate.Disputed ? "pm_card_createDispute" : "pm_card_visa"));
            await AnsweredAsync(rig.IsAsync(checkout, "SUCCESS"));
            await AfterwardsAsync(rig, checkout, fate, number);
        }
    }

    private async Task AfterwardsAsync(CrashRig rig, MadeCheckout checkout, Fate fate, int number)
    {
        if (fate == Fate.PaidBack) await AnsweredAsync(rig.RefundAsync(checkout, $"storm-refund-{number}"));
        if (fate == Fate.PaidOut)
        {
            var payout = await AnsweredAsync(rig.PostAsync("/api/v1/payouts", $"storm-payout-{number}", """{"seller_account":"seller-1","amount":"1.00","currency":"USD"}""", 201));
            await AnsweredAsync(rig.TextAsync($"SELECT payout_id FROM payouts WHERE status = 'PAID' AND payout_id = '{payout.Body["payout_id"]}'"));
        }
        if (fate == Fate.Disputed)
        {
            var dispute = await AnsweredAsync(rig.TextAsync($"SELECT dispute_id FROM disputes WHERE status = 'NEEDS_RESPONSE' AND checkout_id = '{checkout.Id}'"));
            await AnsweredAsync(rig.PostAsync($"/api/v1/disputes/{dispute}/evidence", $"storm-evidence-{number}", """{"text":"winning_evidence","submit":true}""", 200, 202, 409));
            await AnsweredAsync(rig.TextAsync($"SELECT dispute_id FROM disputes WHERE status = 'WON' AND dispute_id = '{dispute}'"));
        }
    }

    /// <summary>A seller who can be paid, and money at the PSP that is available at once, so that no payout waits for the next day's.</summary>
    private async Task OpenShopAsync(CrashRig rig)
    {
        await rig.CallAsync(client => client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-1", PayoutRig.SellerBody()), answer => answer.Status == 200);
        await rig.CallAsync(client => client.GetAsync("/api/v1/sellers/seller-1"), answer => answer.Status == 200 && (bool)answer.Body["payouts_enabled"]!);
        var checkout = await rig.CreateAsync("storm-opening", "5000.00");
        _made[checkout.Id] = Fate.Paid;
        await rig.ConfirmAsync(await rig.PressAsync(checkout), "pm_card_bypassPending");
        await rig.IsAsync(checkout, "SUCCESS");
    }

    private long Count(Fate fate) => _made.Values.LongCount(made => made == fate);

    private async Task AssertChargedOnceAsync(CrashRig rig)
    {
        var charged = await rig.ChargesAsync();
        Assert.All(_made, made => Assert.Equal(made.Value == Fate.Left ? 0 : 1, charged.GetValueOrDefault(made.Key)));
    }

    private async Task<T> AnsweredAsync<T>(Task<T> call)
    {
        var answer = await call;
        Interlocked.Increment(ref _answers);
        return answer;
    }

    private async Task AnsweredAsync(Task call)
    {
        await call;
        Interlocked.Increment(ref _answers);
    }
}
