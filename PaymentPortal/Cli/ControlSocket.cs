using System.Net.Sockets;
using System.Text.Json;

namespace PaymentPortal.Cli;

/// <summary>A Unix socket in the data directory that only its owner may open: one request line, one answer line.</summary>
public sealed class ControlSocket(IServiceProvider services, PortalOptions options, ILogger<ControlSocket> log) : BackgroundService
{
    private const int MaxLine = 64 * 1024;

    /// <summary>Null when no server listens there.</summary>
    public static async Task<ControlAnswer?> AskAsync(string dataDirectory, ControlRequest request, CancellationToken cancellationToken)
    {
        var path = PathIn(dataDirectory);
        if (!File.Exists(path)) return null;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException)
        {
            // The file of a server that was killed: nobody is there.
            return null;
        }
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream, leaveOpen: true) { AutoFlush = true };
        await writer.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), cancellationToken);
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync(cancellationToken) is { } line ? JsonSerializer.Deserialize<ControlAnswer>(line) : new ControlAnswer(false, "The server ended before it answered.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var path = PathIn(options.DataDirectory);
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(4);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var caller = await listener.AcceptAsync(stoppingToken);
                await ServeAsync(caller, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) when (error is IOException or SocketException or JsonException)
            {
                Log.ControlFailed(log, error);
            }
        }
        File.Delete(path);
    }

    private async Task ServeAsync(Socket caller, CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(caller);
        using var reader = new StreamReader(stream, leaveOpen: true);
        if (await reader.ReadLineAsync(cancellationToken) is not { Length: <= MaxLine } line || JsonSerializer.Deserialize<ControlRequest>(line) is not { } request) return;
        await using var scope = services.CreateAsyncScope();
        var answer = await ControlVerbs.RunAsync(scope.ServiceProvider, request, cancellationToken);
        await using var writer = new StreamWriter(stream, leaveOpen: true);
        await writer.WriteLineAsync(JsonSerializer.Serialize(answer).AsMemory(), cancellationToken);
    }

    // The path of a socket has a limit of about 100 bytes, which a deep data directory may pass.
    private static string PathIn(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "portal.sock");
        return path.Length < 100 ? path : Path.GetRelativePath(Environment.CurrentDirectory, path);
    }
}
