using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace PaymentPortal.Core.Notifications;

/// <summary>A webhook ready to go: its id is the event's, which a receiver knows repeats by.</summary>
public sealed record OutgoingWebhook(string Url, string Id, string Body, IReadOnlyList<string> Secrets);

/// <summary>What became of one try. A status says that the merchant's server answered; an error says why it did not.</summary>
public sealed record WebhookAnswer(DateTimeOffset StartedAt, TimeSpan Latency, string RequestHeaders, int? HttpStatus, string? Answer, string? Error)
{
    public bool IsTaken => HttpStatus is >= 200 and < 300;

    /// <summary>What went wrong, by its class and code.</summary>
    public WebhookTrouble Trouble { get; init; }

    /// <summary>How long the merchant asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why a try was not taken.</summary>
public enum WebhookTrouble
{
    None,

    /// <summary>An answer other than 2xx.</summary>
    Refused,

    /// <summary>The address is closed to us: nothing was sent.</summary>
    AddressClosed,

    /// <summary>No connection: nothing was sent.</summary>
    NotConnected,

    /// <summary>Sent, and no answer came: it may have been taken.</summary>
    NoAnswer,
}

/// <summary>The name resolves to addresses that <see cref="AddressGuard"/> closes: nothing was sent.</summary>
internal sealed class AddressRefusedException(string host) : IOException($"{host} is no address that webhooks may be sent to: a private network, this host, or one that nobody owns.");

/// <summary>
/// Sends webhooks. The address is checked where the connection is opened, after the name was resolved, so that no later answer of a name server leads
/// elsewhere. Redirects are answers, never followed.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>More of an answer is neither read nor kept.</summary>
    public const int MaxAnswer = 16 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A receiver may slow us down, but not for longer than this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly WebhookSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookSender(WebhookSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would resolve the name itself, out of our sight.
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = ConnectAsync,
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<WebhookAnswer> SendAsync(OutgoingWebhook webhook, CancellationToken cancellationToken)
    {
        var (startedAt, clock) = (_time.GetUtcNow(), _time.GetTimestamp());
        using var request = Request(webhook, startedAt);
        var headers = Headers(request);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            var answer = await ReadAsync(response, limit.Token).ConfigureAwait(false);
            return new WebhookAnswer(startedAt, _time.GetElapsedTime(clock), headers, (int)response.StatusCode, answer, null)
            {
                Trouble = response.IsSuccessStatusCode ? WebhookTrouble.None : WebhookTrouble.Refused,
                RetryAfter = response.Headers.RetryAfter?.Delta is { } wait && wait > TimeSpan.Zero ? wait < LongestWait ? wait : LongestWait : null,
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var (trouble, text) = Explain(error);
            return new WebhookAnswer(startedAt, _time.GetElapsedTime(clock), headers, null, null, text) { Trouble = trouble };
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(OutgoingWebhook webhook, DateTimeOffset at)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(webhook.Body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", webhook.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(webhook.Id, at, webhook.Body, webhook.Secrets));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("PaymentPortal", "1"));
        return request;
    }

    private static string Headers(HttpRequestMessage request) =>
        string.Join('\n', request.Headers.Concat(request.Content!.Headers).Select(header => $"{header.Key.ToLowerInvariant()}: {string.Join(' ', header.Value)}"));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']');
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var open = found.Where(address => AddressGuard.Allows(address, _settings.AllowsPrivateAddresses)).ToArray();
        if (open.Length == 0) throw new AddressRefusedException(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The status is what counts: an answer that breaks off or never ends is kept as far as it came.</summary>
    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswer];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int read;
            while (length < MaxAnswer && (read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0) length += read;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // Kept as far as it came.
        }
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private (WebhookTrouble Trouble, string Text) Explain(Exception error) => error switch
    {
        OperationCanceledException => (WebhookTrouble.NoAnswer, string.Create(CultureInfo.InvariantCulture, $"No answer within {_settings.Timeout.Ticks / TimeSpan.TicksPerSecond} s.")),
        { InnerException: AddressRefusedException refused } => (WebhookTrouble.AddressClosed, refused.Message + " Nothing was sent."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => (WebhookTrouble.NotConnected, "The name could not be resolved."),
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } => (WebhookTrouble.NotConnected, "The name could not be resolved."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => (WebhookTrouble.NotConnected, "The TLS certificate or handshake was not accepted."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or { InnerException: SocketException } => (WebhookTrouble.NotConnected, "Nobody could be connected to at that address."),
        _ => (WebhookTrouble.NoAnswer, "The connection broke before an answer came."),
    };
}
