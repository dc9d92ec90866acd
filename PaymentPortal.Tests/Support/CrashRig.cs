using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// One program that is killed at one point after the other, its PSP, and a client that repeats each call with the same key until it is answered, as
/// a client must. Each start arms the next point, so what one crash left is what the next one meets.
/// </summary>
internal sealed class CrashRig : IAsyncDisposable
{
    private static readonly Lazy<Task<(string Directory, string Key)>> Template = new(PrepareAsync);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _directory;
    private readonly Queue<string> _points;
    private readonly SandboxServer? _sandbox;
    private readonly EngineProcess _engine;
    private readonly EngineClient _client;
    private readonly SandboxApi _psp;
    private readonly SandboxControl _control;
    private readonly SemaphoreSlim _life = new(1);
    private string? _armed;

    private CrashRig(string directory, IEnumerable<string> points, string address, string key, SandboxServer? sandbox, string[] secrets)
    {
        (_directory, _points, _sandbox) = (directory, new Queue<string>(points), sandbox);
        Address = new Uri(address);
        _engine = new EngineProcess(directory, address, sandbox?.BaseAddress, secrets);
        _client = new EngineClient(address, key);
        _psp = new SandboxApi(sandbox?.BaseAddress ?? address + "/sandbox/psp", "sk_test_sandbox");
        _control = new SandboxControl(new Uri(new Uri(sandbox?.BaseAddress ?? address), "/sandbox/control/"), "sk_test_sandbox");
    }

    /// <param name="points">In the order in which the flow comes by. None: the test kills the program itself.</param>
    /// <param name="pendingSeconds">How long payouts can still be cancelled.</param>
    /// <param name="before">Does something to the store before the program starts for the first time.</param>
    /// <param name="staff">Somebody of finance, with the password that tests use.</param>
    public static async Task<CrashRig> StartAsync(IEnumerable<string> points, bool isPspInside = false, int pendingSeconds = 1, Func<IServiceProvider, Task>? before = null, string? staff = null)
    {
        var (template, key) = await Template.Value;
        var directory = Directory.CreateTempSubdirectory("crash-").FullName;
        foreach (var file in Directory.EnumerateFiles(template, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(template, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var address = EngineHost.FreeAddress();
        SandboxServer? sandbox = null;
        string[] secrets = [];
        if (!isPspInside)
        {
            sandbox = await SandboxServer.StartAsync(options => (options.FirstWebhookRetrySeconds, options.LongestWebhookRetrySeconds, options.PayoutPendingSeconds, options.PayoutTransitSeconds) = (1, 1, pendingSeconds, 1));
            // Without the second one the end of a payout is learnt by polling, minutes later.
            secrets = [await sandbox.AddWebhookEndpointAsync(address + "/webhooks/psp"), await sandbox.AddConnectEndpointAsync(address + "/webhooks/psp")];
        }
        var rig = new CrashRig(directory, points, address, key, sandbox, secrets);
        if (before is not null) await rig.InStoreAsync(before);
        if (staff is not null) await rig.AddStaffAsync(staff);
        await rig.StartEngineAsync();
        return rig;
    }

    /// <summary>Kills the program, does something to its store that no API does, and starts it with a crash point armed.</summary>
    public async Task KillAndStartAsync(Func<IServiceProvider, Task> meanwhile, string crashPoint)
    {
        await _engine.KillAsync();
        await InStoreAsync(meanwhile);
        await _engine.StartAsync(crashPoint);
    }

    /// <summary>
    /// Once it has died at every point so far, or at once when there is none, does something to its store that no API does, and goes on to these points.
    /// </summary>
    public async Task DeadAsync(Func<IServiceProvider, Task> meanwhile, params string[] points)
    {
        if (_armed is null) await _engine.KillAsync();
        else await _engine.DiesAsync();
        while (_points.Count > 0)
        {
            await StartEngineAsync();
            await _engine.DiesAsync();
        }
        await InStoreAsync(meanwhile);
        Array.ForEach(points, _points.Enqueue);
        await StartEngineAsync();
    }

    /// <summary>Waits until the armed point has killed it, and starts it again as it is.</summary>
    public async Task DieAndStartAsync()
    {
        await _engine.DiesAsync();
        await StartEngineAsync();
    }

    public Uri Address { get; }

    /// <summary>The platform's backend, for calls that are made once whatever they are answered.</summary>
    public EngineClient Client => _client;

    /// <summary>SIGTERM; gives the exit code.</summary>
    public Task<int> StopAsync(TimeSpan patience) => _engine.StopAsync(patience);

    /// <summary>Waits until it has died so often in all, and starts it again each time.</summary>
    public Task DiesAsync(int times) => RepeatAsync(async () =>
    {
        await _client.GetAsync("/health/live");
        return _engine.Starts > times ? "so" : null!;
    });

    public int Deaths => _engine.Starts - 1;

    public SandboxControl Control => _control;

    public Task PressUntilAsync(MadeCheckout checkout, Func<Task<bool>> condition) => RepeatAsync(async () =>
    {
        await _client.PressPayAsync(checkout.Link);
        return await condition() ? "so" : null!;
    });

    public Task<MadeCheckout> CreateAsync(string key = "crash-key", string amount = "12.50") => RepeatAsync(() => _client.CreateCheckoutAsync(key, amount));

    /// <param name="types">None: all.</param>
    public Task AddWebhookEndpointAsync(string url, params string[] types) => RepeatAsync(async () =>
        (await _client.PostAsync("/api/v1/webhook-endpoints", "crash-endpoint-" + new Uri(url).Segments[^1], $$"""{"url":"{{url}}","types":["{{string.Join("\",\"", types.DefaultIfEmpty("*"))}}"]}""")).Status == 201 ? url : null!);

    /// <summary>Presses Pay until it leads to the PSP's page; gives the session.</summary>
    public Task<string> PressAsync(MadeCheckout checkout) => RepeatAsync(async () =>
    {
        await _client.PressPayAsync(checkout.Link);
        return (await StoredTextAsync($"SELECT psp_token FROM attempts WHERE state = 'Open' AND checkout_id = '{checkout.Id}'"))!;
    });

    /// <summary>Tries a card that the bank declines.</summary>
    public Task DeclineAsync(string session) => RepeatAsync(async () =>
        (await _psp.PostAsync($"/v1/payment_pages/{session}/confirm", ("payment_method", "pm_card_chargeDeclined"))).Status == 402 ? "declined" : null!);

    /// <summary>Gives a part of a checkout's first order back.</summary>
    public async Task<EngineAnswer> RefundAsync(MadeCheckout checkout, string key)
    {
        var order = await TextAsync($"SELECT payment_order_id FROM payment_orders WHERE checkout_id = '{checkout.Id}' AND line = 1");
        return await PostAsync("/api/v1/refunds", key, $$"""{"payment_order_id":"{{order}}","amount":"1.00","reason":"storm"}""", 201);
    }

    public Task ConfirmAsync(string session, string method = "pm_card_visa") => RepeatAsync(async () =>
    {
        var answer = await _psp.PostAsync($"/v1/payment_pages/{session}/confirm", ("payment_method", method));
        // A repeat of a confirmation whose answer was lost finds the session complete.
        return answer.Status == 200 || (await _psp.GetAsync("/v1/checkout/sessions/" + session)).Text("status") == "complete" ? "paid" : null!;
    });

    /// <summary>Posts under one key until it is answered with one of the wanted statuses.</summary>
    public Task<EngineAnswer> PostAsync(string path, string key, string body, params int[] wanted) => RepeatAsync(async () =>
    {
        var answer = await _client.PostAsync(path, key, body);
        return wanted.Contains(answer.Status) ? answer : null!;
    });

    /// <summary>A text of the store, once it is there. The program is asked first, or nobody would see that it is dead.</summary>
    public Task<string> TextAsync(string sql) => RepeatAsync(async () =>
    {
        await _client.GetAsync("/health/live");
        return (await StoredTextAsync(sql))!;
    });

    public Task<SandboxAnswer> PspAsync(string path) => _psp.GetAsync(path);

    /// <summary>A call of the platform's backend, repeated until it is answered as wanted.</summary>
    public Task<EngineAnswer> CallAsync(Func<EngineClient, Task<EngineAnswer>> call, Func<EngineAnswer, bool> isWanted) =>
        RepeatAsync(async () => await call(_client) is var answer && isWanted(answer) ? answer : null!);

    public Task<SandboxAnswer> AskPspAsync(string path, params (string Name, string Value)[] headers) => _psp.SendAsync(HttpMethod.Get, path, null, headers);

    public Task CancelAsync(MadeCheckout checkout) => RepeatAsync(async () => (await _client.CancelAsync(checkout)).Status is 200 or 202 ? "asked" : null!);

    public Task IsAsync(MadeCheckout checkout, string status) => RepeatAsync(async () =>
        (string?)(await _client.GetAsync("/api/v1/checkouts/" + checkout.Id)).Body["status"] == status ? status : null!);

    /// <summary>It died at every point, and once started again it needs nobody to come to rest.</summary>
    public Task ComeToRestAsync() => Until.TrueAsync(async () =>
    {
        await StartIfDeadAsync();
        return _armed is null && await ReadAsync("""
            SELECT (SELECT COUNT(*) FROM retry_tasks WHERE NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = subject_id AND p.status = 'PAID')) + (SELECT COUNT(*) FROM outbox WHERE position IS NULL)
                + (SELECT 2 - COUNT(*) FROM event_consumers WHERE consumer IN ('analytics', 'webhooks') AND position = (SELECT MAX(position) FROM outbox))
            """) == 0;
    }, Patience, StillToCome);

    public async Task<(int Sessions, long Charges)> PspAsync(MadeCheckout checkout)
    {
        var sessions = (await _psp.SessionsAsync()).Where(session => session.Checkout == checkout.Id).ToList();
        var books = await _control.BooksAsync();
        return (sessions.Count, sessions.Sum(session => books.Sessions.GetValueOrDefault(session.Id)));
    }

    /// <summary>How often the PSP charged for each checkout that has a page there.</summary>
    public async Task<Dictionary<string, long>> ChargesAsync()
    {
        var books = await _control.BooksAsync();
        return (await _psp.SessionsAsync()).GroupBy(session => session.Checkout, StringComparer.Ordinal).ToDictionary(made => made.Key, made => made.Sum(session => books.Sessions.GetValueOrDefault(session.Id)));
    }

    public async Task<string> PspStatusAsync(string session) => (await _psp.GetAsync("/v1/checkout/sessions/" + session)).Text("status");

    public async Task<long> ReadAsync(string sql)
    {
        await using var connection = new SqliteDialect(OpenStore.FileOf(_directory)).OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Kills the program whatever it is at, verifies what it left, and starts it again.</summary>
    public async Task KillVerifyAndStartAsync()
    {
        await _life.WaitAsync();
        try
        {
            await AssertSoundAsync();
            await StartEngineAsync();
        }
        finally
        {
            _life.Release();
        }
    }

    /// <summary>Kills the program a last time and verifies what it left.</summary>
    /// <param name="planted">Rules that what the test itself put into the store breaks.</param>
    public async Task AssertSoundAsync(params string[] planted)
    {
        await _engine.KillAsync();
        var (dialect, keys) = await OpenStore.OpenReadOnlyAsync(_directory, Path.Combine(_directory, "keys"), CancellationToken.None);
        await using var provider = Engine(dialect, keys);
        var report = await provider.GetRequiredService<InvariantRunner>().RunAsync(_ => { }, CancellationToken.None);
        Assert.Empty(report.Lines.Where(line => line.State == InvariantState.Broken && !planted.Contains(line.Code)).Select(line => $"{line.Code}: {string.Join("; ", line.Findings)}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _client.Dispose();
        _psp.Dispose();
        _life.Dispose();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AddStaffAsync(string email)
    {
        var made = await VerbRun.StartAsync(["create-user", "--email", email, "--role", StaffRoles.Finance, "--Data:Directory", _directory], PortalClient.Password);
        Assert.True(made.Exit == 0, made.Errors);
    }

    private async Task InStoreAsync(Func<IServiceProvider, Task> act)
    {
        using (var store = await OpenStore.OpenAsync(_directory, Path.Combine(_directory, "keys"), CancellationToken.None))
        {
            await using var provider = Engine(store.Dialect, store.Keys);
            await act(provider);
        }
        SqliteConnection.ClearAllPools();
    }

    private ServiceProvider Engine(SqliteDialect dialect, KeyRing keys)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton(TimeProvider.System);
        services.AddPaymentCore(dialect, keys, _directory, new PaymentSettings { PublicBaseAddress = () => Address.ToString().TrimEnd('/') },
            new StripeOptions { BaseAddress = new Uri(_sandbox?.BaseAddress ?? "http://none.example"), ApiKey = "sk_test_sandbox" });
        return services.BuildServiceProvider();
    }

    /// <summary>Asks until there is an answer, and starts the program again when it finds it dead.</summary>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> call)
        where T : class
    {
        T? answer = null;
        await Until.TrueAsync(async () =>
        {
            try
            {
                answer = await call();
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
            {
                await StartIfDeadAsync();
            }
            return answer is not null;
        }, Patience, StillToCome);
        return answer!;
    }

    private async Task StartIfDeadAsync()
    {
        await _life.WaitAsync();
        try
        {
            if (_engine.HasExited) await StartEngineAsync();
        }
        finally
        {
            _life.Release();
        }
    }

    private Task StartEngineAsync()
    {
        _armed = _points.TryDequeue(out var next) ? next : null;
        return _engine.StartAsync(_armed is null ? null : _armed + ":1");
    }

    private string StillToCome()
    {
        using var connection = new SqliteDialect(OpenStore.FileOf(_directory)).OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(kind || ' ' || state || ' tries ' || tries || ' ' || COALESCE(last_error, ''), '; ') FROM retry_tasks";
        return $"Killed {_engine.Starts - 1} times, still to be killed at: {_armed} {string.Join(' ', _points)}. What waits: {command.ExecuteScalar()}";
    }

    private async Task<string?> StoredTextAsync(string sql)
    {
        await using var connection = new SqliteDialect(OpenStore.FileOf(_directory)).OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() as string;
    }

    private static async Task<(string Directory, string Key)> PrepareAsync()
    {
        var directory = Directory.CreateTempSubdirectory("crash-template-").FullName;
        // Every rig copies it, so it stays until the last is gone; it holds a key, so it must not stay longer.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        using var store = await OpenStore.OpenAsync(directory, Path.Combine(directory, "keys"), CancellationToken.None);
        using var lane = new WriteLane(store.Dialect, TimeProvider.System);
        var keys = new ApiKeyService(lane, store.Dialect, new PortalDbFactory(store.Dialect, lane), new AuditLog(new HashChain(store.Keys)), new StaffNames(new FieldCipher(store.Keys)), TimeProvider.System);
        var key = (await keys.CreateAsync("crash", ["*"], null, Actor.Program("test"), CancellationToken.None)).Value.Key;
        return (directory, key);
    }
}
