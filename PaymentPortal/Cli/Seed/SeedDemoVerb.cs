using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Seed;

/// <summary>
/// <c>seed-demo [--count N] [--seed N]</c>: starts the host on its data directory and makes a lively set of payments through the real flow: the API, the
/// buyer's page, the sandbox PSP, its webhooks. The same seed makes the same set.
/// </summary>
internal static class SeedDemoVerb
{
    private const int DefaultCount = 2_000;
    private const int MostPayments = 100_000;
    private const int DefaultSeed = 2026;

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var (count, seed) = (Number(arguments, "count", DefaultCount), Number(arguments, "seed", DefaultSeed));
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        if (options is not { IsSandboxEnabled: true, IsDevelopment: true, PspBaseAddress: null })
            throw new StartRefusedException("seed-demo pays with test cards at the embedded sandbox PSP and moves its clock: it runs in Development with the sandbox on, and never at another PSP.");
        PortalHost.LogOnly(builder, LogLevel.Error);
        await using var app = await PortalHost.BuildAsync(builder, cancellationToken);
        await StartAsync(app, options, cancellationToken);
        await Terminal.Errors.WriteLineAsync($"Making {count} payments in {options.DataDirectory}; the same set again with --seed {seed}.");
        var exit = await MakeAsync(app, options, DemoPlan.Make((ulong)seed, count), seed, cancellationToken);
        await app.StopAsync(cancellationToken);
        return exit;
    }

    private static async Task StartAsync(WebApplication app, PortalOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new StartRefusedException($"The address {options.Urls[0]} can't be listened on ({error.Message}). Stop what runs there, or set ASPNETCORE_URLS to another.");
        }
    }

    private static async Task<int> MakeAsync(WebApplication app, PortalOptions options, IReadOnlyList<IReadOnlyList<DemoPayment>> plan, int seed, CancellationToken cancellationToken)
    {
        var keys = app.Services.GetRequiredService<ApiKeyService>();
        var actor = Actor.Program("seed-demo");
        var key = (await keys.CreateAsync("seed-demo", ["payments:read", "payments:write"], null, actor, cancellationToken)).Value;
        var progress = new DemoProgress(plan.Sum(chunk => chunk.Count));
        try
        {
            using var site = new PortalSite(new Uri(app.Services.GetRequiredService<ListeningAddress>().Value), key.Key, options.SandboxApiKey);
            var run = new DemoRun(site, app.Services, key.Id.Value[^8..], progress);
            await run.MakeAsync(plan, cancellationToken);
            await SummariseAsync(plan, run, progress.Elapsed);
            return 0;
        }
        catch (SiteFailedException failed)
        {
            await Terminal.Errors.WriteLineAsync($"{Environment.NewLine}seed-demo with --seed {seed} stopped: {failed.Message}");
            return 1;
        }
        finally
        {
            // What was made stays; the key that made it must not.
            await keys.RevokeAsync(key.Id, actor, CancellationToken.None);
        }
    }

    private static async Task SummariseAsync(IReadOnlyList<IReadOnlyList<DemoPayment>> plan, DemoRun run, TimeSpan took)
    {
        var all = plan.SelectMany(chunk => chunk).ToList();
        foreach (var status in all.GroupBy(payment => payment.End).OrderBy(group => group.Key))
        {
            var currencies = status.GroupBy(payment => payment.Body.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}");
            await Terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{status.Key.Word(),-12}{status.Count(),7}   {string.Join("  ", currencies)}"));
        }
        await Terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{all.Count} payments with {all.Sum(payment => payment.Body.Orders!.Count)} orders over {run.Moved.TotalDays:0.#} days of the sandbox's clock, in {took.TotalSeconds:0} s."));
    }

    private static int Number(Arguments arguments, string name, int otherwise)
    {
        if (arguments.Find(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostPayments
            ? number
            : throw new StartRefusedException($"--{name} must be a whole number from 1 to {MostPayments}, not '{text}'.");
    }
}
