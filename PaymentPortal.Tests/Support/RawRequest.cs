using System.Net.Sockets;
using System.Text;

namespace PaymentPortal.Tests.Support;

/// <summary>One request over a bare socket, for bodies that no proper client would send.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly TcpClient _client = new();
    private NetworkStream _stream = null!;

    private RawRequest()
    {
    }

    /// <summary>Sends the head; the body is the test's.</summary>
    public static async Task<RawRequest> PostAsync(Uri address, string path, params string[] headers)
    {
        var request = new RawRequest();
        await request._client.ConnectAsync(address.Host, address.Port);
        request._stream = request._client.GetStream();
        await request.SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"));
        return request;
    }

    public Task SendAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>The status of the answer, as soon as it is there.</summary>
    public async Task<int> StatusAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(_stream, Encoding.ASCII, leaveOpen: true);
        var line = await reader.ReadLineAsync(patience.Token) ?? throw new IOException("The server hung up without an answer.");
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => _client.Dispose();
}
