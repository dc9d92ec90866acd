using System.Net;

namespace PaymentPortal.Tests.Support;

/// <summary>Somebody at the sandbox's console: keeps cookies, follows no redirect.</summary>
public sealed class ConsoleVisitor : IDisposable
{
    private readonly HttpClient _http;

    public ConsoleVisitor(SandboxServer server)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
        };
    }

    public static async Task<ConsoleVisitor> EnterAsync(SandboxServer server)
    {
        var visitor = new ConsoleVisitor(server);
        Assert.Equal(303, (await visitor.PostAsync("enter", ("key", server.ApiKey))).Status);
        return visitor;
    }

    public async Task<HostedAnswer> GetAsync(string path = "")
    {
        using var response = await _http.GetAsync("/sandbox" + path);
        return await ReadAsync(response);
    }

    public Task<HostedAnswer> PostAsync(string act, params (string Name, string Value)[] fields) => PostFromAsync(null, act, fields);

    /// <param name="origin">The page that the form stands on; null sends no such header.</param>
    public async Task<HostedAnswer> PostFromAsync(string? origin, string act, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sandbox/" + act)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await _http.SendAsync(request);
        return await ReadAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<HostedAnswer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Headers.Location?.OriginalString, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
}
