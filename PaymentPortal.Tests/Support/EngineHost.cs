using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Sandbox;

namespace PaymentPortal.Tests.Support;

/// <summary>A checkout that a test made.</summary>
public sealed record MadeCheckout(string Id, string Link);

/// <summary>
/// The whole program in this process, as it is in Development, on a port and a data folder of its own. Engine and embedded sandbox PSP speak over
/// real HTTP and share a clock that tests move.
/// </summary>
public sealed class EngineHost : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("engine-").FullName;
    private readonly string _address = FreeAddress();
    private WebApplication _app = null!;

    public string Address => _address;

    /// <summary>Short, so that the PSP's silence is soon noticed.</summary>
    public TimeSpan PspTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where all that it logs is written.</summary>
    public string LogPath => Path.Combine(_directory, "engine.log");

    /// <summary>The program's own time, as the store holds it.</summary>
    public long NowMicroseconds => Services.GetRequiredService<TimeProvider>().GetUtcNow().ToMicroseconds();

    public IServiceProvider Services => _app.Services;

    /// <summary>The platform's backend, with a key that may do all.</summary>
    public EngineClient Client { get; private set; } = null!;

    public SandboxApi Psp { get; private set; } = null!;

    public SandboxControl Control { get; private set; } = null!;

    public WriteLane Lane => Services.GetRequiredService<WriteLane>();

    public BuyerCheckout Buyer => Services.GetRequiredService<BuyerCheckout>();

    public static string FreeAddress() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}");

    public async Task InitializeAsync()
    {
        var builder = PortalHost.CreateBuilder(["--Data:Directory", _directory, "--urls", _address, "--Psp:TimeoutSeconds", PspTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--Sandbox:Enabled", "true"]);
        builder.Environment.EnvironmentName = Environments.Development;
        builder.Logging.ClearProviders().AddProvider(new LogFile(LogPath));
        _app = await PortalHost.BuildAsync(builder, CancellationToken.None);
        await _app.StartAsync();
        Client = new EngineClient(_address, await NewKeyAsync("all"));
        Psp = new SandboxApi(_address + "/sandbox/psp", "sk_test_sandbox");
        Control = new SandboxControl(new Uri(_address + "/sandbox/control/"), "sk_test_sandbox");
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        Psp.Dispose();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    public async Task<string> NewKeyAsync(string name) =>
        (await Services.GetRequiredService<ApiKeyService>().CreateAsync(name, ["*"], null, Actor.Program("test"), CancellationToken.None)).Value.Key;

    /// <summary>Makes time pass for engine and PSP alike; what became due is found by the next tick of the worker.</summary>
    public void Pass(TimeSpan time) => ((MovableTimeProvider)Services.GetRequiredService<TimeProvider>()).Advance(time);

    public Task<MadeCheckout> CreateAsync(string amount = "12.50", string currency = "USD") => Client.CreateCheckoutAsync(Guid.NewGuid().ToString(), amount, currency);

    /// <summary>Presses Pay until the PSP has made its page; gives the session.</summary>
    public async Task<string> PressAsync(MadeCheckout checkout)
    {
        await Until.TrueAsync(async () => await Buyer.PayAsync(checkout.Link, CancellationToken.None) is PayAnswer.ToPsp);
        return (await SessionAsync(checkout))!;
    }

    public Task<SandboxAnswer> ConfirmAsync(string session, string method = "pm_card_visa") => Psp.PostAsync($"/v1/payment_pages/{session}/confirm", ("payment_method", method));

    public Task<string?> SessionAsync(MadeCheckout checkout) => TextAsync("SELECT psp_token FROM attempts WHERE checkout_id = $1 AND psp_token IS NOT NULL ORDER BY number DESC", checkout.Id);

    public Task<string?> StatusAsync(MadeCheckout checkout) => TextAsync("SELECT status FROM payment_events WHERE checkout_id = $1", checkout.Id);

    public Task IsAsync(MadeCheckout checkout, string status) => Until.TrueAsync(async () => await StatusAsync(checkout) == status);

    /// <summary>Waits until the count is as wanted.</summary>
    public Task CountAsync(long wanted, string sql, params object[] values) => Until.TrueAsync(async () => await ScalarAsync(sql, values) == wanted);

    public async Task<long> ScalarAsync(string sql, params object[] values) => Convert.ToInt64(await ReadAsync(sql, values) ?? 0, CultureInfo.InvariantCulture);

    public async Task<string?> TextAsync(string sql, params object[] values) => await ReadAsync(sql, values) as string;

    /// <summary>How often the PSP itself charged for this checkout, over all its sessions.</summary>
    public async Task<long> ChargesAsync(MadeCheckout checkout)
    {
        var sessions = await PspSessionIdsAsync(checkout);
        var books = await Control.BooksAsync();
        return sessions.Sum(session => books.Sessions.GetValueOrDefault(session));
    }

    public async Task<int> PspSessionsAsync(MadeCheckout checkout) => (await PspSessionIdsAsync(checkout)).Count;

    /// <summary>The one session that the PSP has for it.</summary>
    public async Task<string> PspSessionAsync(MadeCheckout checkout) => Assert.Single(await PspSessionIdsAsync(checkout));

    /// <summary>Every invariant and every chain holds.</summary>
    public async Task AssertSoundAsync()
    {
        var report = await Services.GetRequiredService<InvariantRunner>().RunAsync(_ => { }, CancellationToken.None);
        Assert.Empty(report.Lines.Where(line => line.State == InvariantState.Broken).Select(line => $"{line.Code}: {string.Join("; ", line.Findings)}"));
    }

    private async Task<List<string>> PspSessionIdsAsync(MadeCheckout checkout) => [.. (await Psp.SessionsAsync()).Where(session => session.Checkout == checkout.Id).Select(session => session.Id)];

    private async Task<object?> ReadAsync(string sql, object[] values)
    {
        await using var connection = Services.GetRequiredService<SqlDialect>().OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var at = 0; at < values.Length; at++) ((SqliteCommand)command).Parameters.AddWithValue($"${at + 1}", values[at]);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? value : null;
    }
}
