using System.Collections.Concurrent;
using System.Globalization;

namespace PaymentPortal.Cli.Bench;

/// <summary>What the measure over HTTP came to. The processor time is the server's.</summary>
internal sealed record HttpFigures(LoadFigures Load, long PeakMemory, IReadOnlyList<string> Wrong);

/// <summary>
/// The whole program over HTTP: create by the API, press Pay on the buyer's page, pay at the embedded sandbox PSP, and wait until its signed webhooks
/// have made the checkout SUCCESS. Engine and sandbox share the server's process and this machine with the clients.
/// </summary>
internal static class HttpBench
{
    private const int Clients = 32;
    private const int MostPayments = 1_000;
    private const string SandboxKey = "sk_test_sandbox";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<HttpFigures> RunAsync(string directory, BenchLimits limits, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(directory, cancellationToken);
        var request = new ControlRequest("create-api-key", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "bench", ["scopes"] = "payments:read payments:write" }, null);
        var key = await ControlSocket.AskAsync(server.DataDirectory, request, cancellationToken);
        if (key is not { IsDone: true }) throw new SiteFailedException($"The server gave no API key: {key?.Text ?? "it did not answer"}.");
        using var site = new PortalSite(server.Address, key.Text, SandboxKey);
        var capped = limits with { Payments = Math.Min(limits.Payments, MostPayments) };
        await LoadAsync(site, server, capped with { Payments = Math.Max(1, capped.Payments / 5) }, "warm", cancellationToken);
        return await LoadAsync(site, server, capped, "load", cancellationToken);
    }

    private static async Task<HttpFigures> LoadAsync(PortalSite site, ServerProcess server, BenchLimits limits, string name, CancellationToken cancellationToken)
    {
        var (latencies, wrong, started) = (new ConcurrentBag<TimeSpan>(), new ConcurrentBag<string>(), 0);
        var clock = TimeProvider.System;
        var (processor, start) = (server.ProcessorTime(), clock.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Clients, limits.Payments)).Select(async _ =>
        {
            while (clock.GetElapsedTime(start) < limits.Time && Interlocked.Increment(ref started) is var number && number <= limits.Payments)
            {
                var began = clock.GetTimestamp();
                if (await PayInAsync(site, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"), number, cancellationToken) is { } fault) wrong.Add(fault);
                else latencies.Add(clock.GetElapsedTime(began));
            }
        }));
        var load = new LoadFigures(latencies.Count, clock.GetElapsedTime(start), server.ProcessorTime() - processor, [.. latencies.Order()], 0, 0);
        return new HttpFigures(load, server.PeakMemory(), [.. wrong]);
    }

    /// <summary>Null when it ended as it must, else what is wrong.</summary>
    private static async Task<string?> PayInAsync(PortalSite site, string key, int number, CancellationToken cancellationToken)
    {
        try
        {
            var checkout = await site.CreateAsync(PayInLoad.Body(number), key, cancellationToken);
            await site.TryCardAsync(await site.PayAsync(checkout.CheckoutUrl, cancellationToken), "pm_card_visa", cancellationToken);
            return await WaitAsync(site, checkout.CheckoutId, cancellationToken);
        }
        catch (Exception error) when (error is SiteFailedException or HttpRequestException)
        {
            return error.Message;
        }
    }

    private static async Task<string?> WaitAsync(PortalSite site, string checkoutId, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(Look);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var checkout = await site.FindAsync(checkoutId, cancellationToken);
            if (checkout.Status == "SUCCESS") return checkout.Orders.All(order => order is { LedgerUpdated: true, WalletUpdated: true }) ? null : $"{checkoutId} is SUCCESS without its entries";
            if (TimeProvider.System.GetElapsedTime(start) > Patience) return $"{checkoutId} was paid {Patience.TotalMinutes:0} minutes ago and is {checkout.Status}";
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }
}
