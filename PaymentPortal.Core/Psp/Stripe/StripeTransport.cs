using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Polly.Timeout;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>
/// Puts requests on the wire and tells what became of them; it throws only when the caller cancels. It follows no redirect: another host must
/// never see our key.
/// </summary>
internal sealed class StripeTransport : IDisposable
{
    /// <summary>Pinned, so that a change of the account's default can't change what answers look like.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    private readonly StripeOptions _options;
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly HttpClient _http;

    public StripeTransport(StripeOptions options, PspHealth health, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _prefix = options.BaseAddress.AbsoluteUri.TrimEnd('/');
        var wire = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // The sandbox on this very machine is never behind the proxy that leads to the internet.
            UseProxy = !options.BaseAddress.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            SslOptions = { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
        };
        // The guard has the time-out, with the reading of the body in it.
        _http = new HttpClient(new PspGuard(options.Guard, health, time, wire)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public Task<StripeReply> GetAsync(string path, string? account, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, null, account, cancellationToken);

    public Task<StripeReply> PostAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, request.Path, new FormBytes(request.Body), pspKey, request.Account, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<StripeReply> SendAsync(HttpMethod method, string path, FormBytes? content, string? pspKey, string? account, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _prefix + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
        request.Headers.Add("Stripe-Version", ApiVersion);
        if (pspKey is not null) request.Headers.Add("Idempotency-Key", pspKey);
        if (account is not null) request.Headers.Add("Stripe-Account", account);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return new StripeReply(StripeReach.Answered, (int)response.StatusCode, body, Header(response, "Request-Id"),
                Header(response, "Idempotent-Replayed") == "true", RetryAfter(response), null);
        }
        catch (PspNotSentException refused)
        {
            return StripeReply.Held(refused.Message, refused.Wait);
        }
        catch (Exception error) when (error is TimeoutRejectedException or HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Broken(error, content);
        }
    }

    /// <summary>
    /// A POST whose body never began to leave can't have been executed, whatever broke. Once it began, the PSP may have all of it.
    /// </summary>
    private static StripeReply Broken(Exception error, FormBytes? content)
    {
        var isConnecting = error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
        if (content is { HasBegun: false } || (content is null && isConnecting)) return StripeReply.NotSent($"The PSP could not be reached ({Name(error)}).");
        return StripeReply.Lost(error is TimeoutRejectedException or OperationCanceledException
            ? "The PSP did not answer in time."
            : $"The connection broke before the PSP's answer was whole ({Name(error)}).");
    }

    // Whose certificate it was is told in full: a person must see at once that it is not the network.
    private static string Name(Exception error) => error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException refused }
        ? $"its certificate or encryption was refused: {refused.Message}"
        : error is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request
        ? request.HttpRequestError.ToString()
        : error.GetType().Name;

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - _time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>The exact bytes of a body, and whether any of them was handed to the connection.</summary>
    private sealed class FormBytes : HttpContent
    {
        private readonly byte[] _bytes;
        private volatile bool _hasBegun;

        public FormBytes(string body)
        {
            _bytes = Encoding.ASCII.GetBytes(body);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        }

        public bool HasBegun => _hasBegun;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _hasBegun = true;
            return stream.WriteAsync(_bytes, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
