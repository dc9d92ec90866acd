using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using PaymentPortal.Api;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;

namespace PaymentPortal.Cli.Bench;

/// <summary>How long each part of so many payouts took, and what was wrong with them.</summary>
internal sealed record PayoutFigures(int Payouts, TimeSpan Requested, TimeSpan Approved, TimeSpan Sent, IReadOnlyList<string> Wrong)
{
    public TimeSpan Total => Requested + Approved + Sent;
}

/// <summary>
/// Payouts requested over the API, approved together by a second person, and sent through the embedded sandbox: two POSTs of the PSP each, with the
/// webhooks of those that arrive meanwhile. Program, sandbox and clients share this machine.
/// </summary>
internal static class PayoutBench
{
    private const int Clients = 32;
    private const int Approving = 256;
    private const int Sellers = 100;
    private const string SandboxKey = "sk_test_sandbox";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static async Task<PayoutFigures> RunAsync(string directory, int payouts, CancellationToken cancellationToken)
    {
        var address = ServerProcess.FreeAddress();
        // Every payout is above the limit, so that each of them needs its second person.
        var builder = PortalHost.CreateBuilder(["--Data:Directory", directory, "--urls", address.ToString().TrimEnd('/'), "--Sandbox:Enabled", "true", "--Approvals:Single", "1"]);
        builder.Environment.EnvironmentName = Environments.Development;
        PortalHost.LogOnly(builder, LogLevel.Error);
        await using var app = await PortalHost.BuildAsync(builder, cancellationToken);
        await app.StartAsync(cancellationToken);
        var key = (await app.Services.GetRequiredService<ApiKeyService>().CreateAsync("bench", ["*"], await StaffAsync(app.Services, "maker@bench.example", cancellationToken), Actor.Program("bench"), cancellationToken)).Value;
        using var site = new PortalSite(address, key.Key, SandboxKey);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Key);
        await FundAsync(site, http, payouts, cancellationToken);
        var figures = await MeasureAsync(app.Services, http, payouts, cancellationToken);
        await app.StopAsync(cancellationToken);
        return figures;
    }

    /// <summary>A member of finance as whom nobody signs in: the owner of the key, who so is the maker of every payout, or their checker.</summary>
    private static async Task<string> StaffAsync(IServiceProvider services, string email, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, StaffRoles.Finance, Guid.NewGuid().ToString(), cancellationToken)).Value.Id;
    }

    private static string Seller(int number) => string.Create(CultureInfo.InvariantCulture, $"seller-{number % Sellers}");

    /// <summary>Sellers with accounts at the PSP and twice the money that they are paid, all of it available.</summary>
    private static Task FundAsync(PortalSite site, HttpClient http, int payouts, CancellationToken cancellationToken) => Parallel.ForAsync(0, Sellers, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken }, async (number, token) =>
    {
        var body = new PutSellerBody(Seller(number), null, "US", new BankAccountBody("US", "USD", "110000000", "000123456789"), null, 0, null, null);
        using var put = await http.PutAsJsonAsync($"/api/v1/sellers/{Seller(number)}", body, ApiJson.Options, token);
        put.EnsureSuccessStatusCode();
        var amount = new Money(200L * (1 + (payouts / Sellers)), Currency.Of("USD"));
        var checkout = await site.CreateAsync(new CreateCheckoutBody("buyer-1", null, null, "USD", null, null, null, [new CreateOrderBody(Seller(number), amount.ToString(), null)]), $"fund-{number}", token);
        await site.TryCardAsync(await site.PayAsync(checkout.CheckoutUrl, token), "pm_card_bypassPending", token);
        await UntilAsync(async () => (await site.FindAsync(checkout.CheckoutId, token)).Status == "SUCCESS"
            && (await http.GetFromJsonAsync<SellerBody>($"/api/v1/sellers/{Seller(number)}", ApiJson.Options, token))!.PayoutsEnabled, $"{Seller(number)} has no money", token);
    });

    private static async Task<PayoutFigures> MeasureAsync(IServiceProvider services, HttpClient http, int payouts, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var wrong = new ConcurrentBag<string>();
        var start = clock.GetTimestamp();
        await Parallel.ForAsync(0, payouts, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken }, async (number, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payouts") { Content = JsonContent.Create(new CreatePayoutBody(Seller(number), "1.00", "USD", "bench"), options: ApiJson.Options) };
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"bench-{number}"));
            using var answer = await http.SendAsync(request, token);
            if (!answer.IsSuccessStatusCode) wrong.Add(await answer.Content.ReadAsStringAsync(token));
        });
        var requested = clock.GetElapsedTime(start);
        var checker = Actor.Staff(await StaffAsync(services, "checker@bench.example", cancellationToken));
        start = clock.GetTimestamp();
        var approvals = services.GetRequiredService<Approvals>();
        var dialect = services.GetRequiredService<SqlDialect>();
        await Parallel.ForEachAsync(await PendingAsync(dialect, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = Approving, CancellationToken = cancellationToken }, async (id, token) =>
        {
            if ((await approvals.ApproveAsync(id, checker, token)).Refusal is { } refusal) wrong.Add(refusal.Text);
        });
        var approved = clock.GetElapsedTime(start);
        start = clock.GetTimestamp();
        await UntilAsync(async () => await CountAsync(dialect, "SELECT COUNT(*) FROM payouts WHERE status IN ('IN_TRANSIT', 'PAID')", cancellationToken) >= payouts - wrong.Count, "payouts are not sent", cancellationToken);
        var sent = clock.GetElapsedTime(start);
        var report = await services.GetRequiredService<InvariantRunner>().RunAsync(_ => { }, cancellationToken);
        foreach (var line in report.Lines.Where(line => line.State == InvariantState.Broken)) wrong.Add($"{line.Code}: {string.Join("; ", line.Findings.Take(3))}");
        return new PayoutFigures(payouts, requested, approved, sent, [.. wrong]);
    }

    private static async Task<List<ApprovalId>> PendingAsync(SqlDialect dialect, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT approval_id FROM approvals WHERE state = 'Pending'";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var all = new List<ApprovalId>();
        while (await reader.ReadAsync(cancellationToken)) all.Add(new ApprovalId(reader.GetString(0)));
        return all;
    }

    private static async Task<long> CountAsync(SqlDialect dialect, string sql, CancellationToken cancellationToken)
    {
        await using DbConnection connection = dialect.OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(Look);
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) throw new SiteFailedException($"After {Patience.TotalMinutes:0} minutes {otherwise}.");
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }
}
