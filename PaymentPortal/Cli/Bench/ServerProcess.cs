using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PaymentPortal.Cli.Bench;

/// <summary>The server as a process of its own, on a free port and an empty data directory, so that its memory is nobody else's.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;

    private ServerProcess(Process process, Uri address, string dataDirectory) => (_process, Address, DataDirectory) = (process, address, dataDirectory);

    public Uri Address { get; }

    public string DataDirectory { get; }

    public static async Task<ServerProcess> StartAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var address = FreeAddress();
        var server = new ServerProcess(Start(dataDirectory, address), address, dataDirectory);
        await server.AnswersAsync(cancellationToken);
        return server;
    }

    public static Uri FreeAddress() => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));

    /// <summary>The most memory that it ever held.</summary>
    public long PeakMemory()
    {
        _process.Refresh();
        return _process.PeakWorkingSet64;
    }

    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string dataDirectory, Uri address)
    {
        var program = Environment.ProcessPath!;
        // Started by "dotnet PaymentPortal.dll", the process is dotnet itself.
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ServerProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. self, "serve", "--Data:Directory", dataDirectory, "--urls", address.ToString().TrimEnd('/')]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = Environments.Development;
        start.Environment["Logging__LogLevel__Default"] = "Error";
        start.Environment["Logging__LogLevel__Microsoft.AspNetCore"] = "Error";
        var process = Process.Start(start)!;
        // Unread pipes would fill and stop it.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (!string.IsNullOrEmpty(line.Data)) Terminal.Errors.WriteLine(line.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        using var pace = new PeriodicTimer(Look);
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync("/health/live", cancellationToken);
                return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync(cancellationToken);
            }
        }
        throw new SiteFailedException("The server did not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
