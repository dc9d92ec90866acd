using System.Diagnostics;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// The program as a process of its own, which a crash point or a test kills with SIGKILL and which is started again on the same data and port.
/// With a PSP address it talks to that; without one it runs the embedded sandbox, which then dies with it.
/// </summary>
internal sealed class EngineProcess(string dataDirectory, string address, string? pspAddress = null, params string[] webhookSecrets) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}PaymentPortal.Tests{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}PaymentPortal{Path.DirectorySeparatorChar}", StringComparison.Ordinal), "PaymentPortal.dll");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(5) };
    private Process? _process;

    public int Starts { get; private set; }

    public bool HasExited => _process is not { HasExited: false };

    /// <summary>Starts it and waits until it answers; a crash point of the start itself may end it before.</summary>
    public async Task StartAsync(string? crashPoint = null)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", Arguments()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        // It lives for seconds: what makes it faster later costs more than it gains.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment.Remove("PP_CRASH");
        if (crashPoint is not null) start.Environment["PP_CRASH"] = crashPoint;
        _process = Process.Start(start)!;
        // Unread pipes would fill and stop it.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Starts++;
        await AnswersAsync();
    }

    /// <summary>Waits until the armed crash point has killed it.</summary>
    public async Task DiesAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
    }

    /// <summary>Asks it to stop as a service manager does, and gives its exit code; a manager loses patience too.</summary>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        using var signal = Process.Start("kill", ["-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async Task KillAsync()
    {
        if (HasExited) return;
        _process!.Kill();
        await DiesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _http.Dispose();
    }

    private IEnumerable<string> Arguments()
    {
        List<string> arguments = [Program, "serve", "--Data:Directory", dataDirectory, "--urls", address, "--Psp:TimeoutSeconds", "5"];
        if (pspAddress is not null) arguments.AddRange(["--Sandbox:Enabled", "false", "--Psp:BaseAddress", pspAddress, "--Psp:ApiKey", "sk_test_sandbox"]);
        for (var number = 0; number < webhookSecrets.Length; number++) arguments.AddRange([$"--Psp:WebhookSecrets:{number}", webhookSecrets[number]]);
        return arguments;
    }

    private async Task AnswersAsync()
    {
        var watch = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!HasExited)
        {
            try
            {
                using var answer = await _http.GetAsync("/api/v1/checkouts");
                return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                Assert.True(watch.Elapsed < Patience, "The program did not start in time.");
            }
            await pace.WaitForNextTickAsync();
        }
    }
}
