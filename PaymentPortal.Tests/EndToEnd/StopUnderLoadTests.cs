using System.Collections.Concurrent;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>SIGTERM while clients keep it busy, as at every deployment.</summary>
public sealed class StopUnderLoadTests
{
    private const int Clients = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task AskedToStopUnderLoad_ItEndsWhatItTook_AndNothingAnsweredIsLost()
    {
        await using var rig = await CrashRig.StartAsync([], isPspInside: true);
        var made = new ConcurrentBag<string>();
        var others = new ConcurrentBag<int>();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => LoadAsync(rig.Client, client, made, others))).ToArray();
        await Until.TrueAsync(() => Task.FromResult(made.Count >= 20 * Clients));

        Assert.Equal(0, await rig.StopAsync(Patience));
        await Task.WhenAll(clients);

        Assert.DoesNotContain(others, status => status >= 500);
        foreach (var checkout in made) Assert.Equal(1, await rig.ReadAsync($"SELECT COUNT(*) FROM payment_events WHERE checkout_id = '{checkout}'"));
        await rig.AssertSoundAsync();
    }

    /// <summary>Until the line is cut: then the program has stopped listening.</summary>
    private static async Task LoadAsync(EngineClient backend, int client, ConcurrentBag<string> made, ConcurrentBag<int> others)
    {
        for (var number = 0; ; number++)
        {
            try
            {
                var answer = await backend.PostAsync("/api/v1/checkouts", $"stop-{client}-{number}", EngineClient.CheckoutBody());
                if (answer.Status == 201) made.Add((string)answer.Body["checkout_id"]!);
                else others.Add(answer.Status);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
