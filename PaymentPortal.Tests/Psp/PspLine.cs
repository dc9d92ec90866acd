using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

/// <summary>A client of ours with its health, towards any address.</summary>
internal sealed class PspLine : IDisposable
{
    public static readonly PspGuardSettings Impatient = new() { Timeout = TimeSpan.FromSeconds(2) };

    public PspLine(string baseAddress, string apiKey = "sk_test_sandbox", PspGuardSettings? guard = null, TimeProvider? time = null, Dice? dice = null)
    {
        Time = time ?? TimeProvider.System;
        Health = new PspHealth(Time, dice);
        Client = new StripeClient(new StripeOptions { BaseAddress = new Uri(baseAddress), ApiKey = apiKey, Guard = guard ?? new PspGuardSettings() }, Health, Time, NullLogger<StripeClient>.Instance);
    }

    public TimeProvider Time { get; }

    public PspHealth Health { get; }

    public StripeClient Client { get; }

    public static NewSession Session(string key, long minor = 1250, string currency = "USD", string? email = "buyer@example.com") => new(
        Ids.New<CheckoutId>(TimeProvider.System), Ids.New<AttemptId>(TimeProvider.System), key, Currency.Of(currency),
        [new SessionLine("Tea & biscuits", "Sold by seller-1", new Money(minor, Currency.Of(currency)))],
        "http://localhost:5080/pay/x/return", "http://localhost:5080/pay/x", email, "order 88121");

    public static string NewKey() => PspKey.Of(Ids.New<AttemptId>(TimeProvider.System).Value, "session", 1);

    public Task<PspAnswer<PspSession>> SendAsync(PspRequest request, string key) => Client.SendSessionAsync(request, key, CancellationToken.None);

    /// <summary>Makes an open session, which must succeed.</summary>
    public async Task<PspSession> CreateAsync(long minor = 1250, string currency = "USD")
    {
        var key = NewKey();
        var answer = await SendAsync(Client.CreateSession(Session(key, minor, currency)), key);
        return answer.Value ?? throw new InvalidOperationException($"{answer.Verdict}: {answer.Error}");
    }

    public void Dispose() => Client.Dispose();
}
