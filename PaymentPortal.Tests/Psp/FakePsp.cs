using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaymentPortal.Tests.Psp;

/// <summary>
/// A PSP of bare sockets, for what no web server can be made to do: half answers, resets, dripping, other hosts' pages. One behaviour per
/// connection, the last one for all that follow.
/// </summary>
internal sealed class FakePsp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket, CancellationToken, Task>[] _behaviours;
    private readonly Task _serving;
    private int _requests;

    public FakePsp(params Func<Socket, CancellationToken, Task>[] behaviours)
    {
        _behaviours = behaviours;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/psp";

    /// <summary>Whole requests that arrived.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public string LastRequest { get; private set; } = "";

    public static Func<Socket, CancellationToken, Task> Answer(int status, string body, params string[] headers) => (socket, stop) =>
        WriteAsync(socket, Head(status, Encoding.UTF8.GetByteCount(body), headers) + body, stop);

    public static Func<Socket, CancellationToken, Task> Half(string body) => (socket, stop) => WriteAsync(socket, Head(200, body.Length * 2) + body, stop);

    public static Func<Socket, CancellationToken, Task> Raw(string text) => (socket, stop) => WriteAsync(socket, text, stop);

    public static Func<Socket, CancellationToken, Task> Reset() => (socket, _) =>
    {
        socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    };

    public static Func<Socket, CancellationToken, Task> Silence() => (_, stop) => Task.Delay(Timeout.Infinite, stop);

    /// <summary>Sends a head that promises a body, and of the body one byte every now and then.</summary>
    public static Func<Socket, CancellationToken, Task> Drip() => async (socket, stop) =>
    {
        await WriteAsync(socket, Head(200, 1_000_000), stop);
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await beat.WaitForNextTickAsync(stop)) await WriteAsync(socket, " ", stop);
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private static string Head(int status, int length, params string[] headers) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";

    private static async Task WriteAsync(Socket socket, string text, CancellationToken stop) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), stop);

    private async Task ServeAsync()
    {
        var under = new List<Task>();
        try
        {
            for (var number = 0; ; number++) under.Add(TalkAsync(await _listener.AcceptSocketAsync(_stop.Token), _behaviours[Math.Min(number, _behaviours.Length - 1)]));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(under);
        }
    }

    private async Task TalkAsync(Socket socket, Func<Socket, CancellationToken, Task> behave)
    {
        using (socket)
        {
            try
            {
                LastRequest = await ReadRequestAsync(socket);
                Interlocked.Increment(ref _requests);
                await behave(socket, _stop.Token);
                if (socket.LingerState is not { Enabled: true }) socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The client left, or the test is over.
            }
        }
    }

    private async Task<string> ReadRequestAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, _stop.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (end >= 0 && request.Length >= end + 4 + Length(request[..end]))) return request;
        }
    }

    private static int Length(string head) => head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line
        ? int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture)
        : 0;
}
