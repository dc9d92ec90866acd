using System.Collections.Concurrent;
using System.Globalization;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>
/// SIGKILL at random moments while payments are made, declined, given up and paid back. After each kill every invariant holds of what is on disk;
/// at the end nothing was charged twice, the merchant has heard of every fact, and nothing waits. KILLS and KILL_SEED set how many and which.
/// </summary>
public sealed class KillStormTests(ITestOutputHelper output)
{
    private const int Clients = 6;

    /// <summary>A kill comes after this many answers at most: between two of one client most steps of another are under way.</summary>
    private const int MostAnswers = 60;

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
    }

    [Fact]
    public async Task KilledAtAnyMoment_UnderLoad_LosesNothingAndDoublesNothing()
    {
        output.WriteLine($"KILLS={_kills} KILL_SEED={_seed}");
        await using var merchant = await MerchantReceiver.StartAsync();
        await using var rig = await CrashRig.StartAsync([]);
        await rig.AddWebhookEndpointAsync(merchant.Url);
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

        output.WriteLine($"{_made.Count} payments, {_answers} answers, {merchant.Got.Count} webhooks");
        await AssertChargedOnceAsync(rig);
        Assert.Equal(_made.Count, await rig.ReadAsync("SELECT COUNT(*) FROM payment_events"));
        Assert.Equal(_made.Count(made => made.Value == Fate.PaidBack), await rig.ReadAsync("SELECT COUNT(*) FROM refunds WHERE status = 'SUCCEEDED'"));
        Assert.Equal(await rig.ReadAsync("SELECT COUNT(*) FROM outbox"), merchant.Got.Select(got => got.Id).Distinct().Count());
        await rig.AssertSoundAsync();
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
            await AnsweredAsync(rig.ConfirmAsync(session));
            await AnsweredAsync(rig.IsAsync(checkout, "SUCCESS"));
            if (fate == Fate.PaidBack) await AnsweredAsync(rig.RefundAsync(checkout, $"storm-refund-{number}"));
        }
    }

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
