using System.Net;
using System.Text.RegularExpressions;

namespace PaymentPortal.Tests.Support;

/// <summary>What a page answered.</summary>
public sealed record PageAnswer(HttpStatusCode Status, string? Location, string Html, HttpResponseMessage Response)
{
    public string Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join("; ", values) : "";

    public IReadOnlyList<string> SetCookies => Response.Headers.TryGetValues("Set-Cookie", out var values) ? [.. values] : [];
}

/// <summary>Asks for pages and posts their forms as a browser without scripts would: keeps cookies, carries the form's token, follows nothing by itself.</summary>
public sealed partial class PortalClient(Uri address) : IDisposable
{
    public const string Password = "violet kettle under nine stairs";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), UseCookies = false }) { BaseAddress = address };
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    public IDictionary<string, string> Cookies => _cookies;

    public Task<PageAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Gets the page, fills its form of that name and posts it to its address.</summary>
    public async Task<PageAnswer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return await PostAsync(path, [("_handler", form), ("__RequestVerificationToken", Token(page.Html)), .. fields]);
    }

    public Task<PageAnswer> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))),
    });

    public Task<PageAnswer> SignInAsync(string email, string password = Password, string returnUrl = "/") =>
        SubmitAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl), "sign-in", ("Form.Email", email), ("Form.Password", password));

    public async Task<PageAnswer> SendAsync(HttpRequestMessage request)
    {
        using var message = request;
        if (_cookies.Count > 0) message.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var response = await _http.SendAsync(message);
        var answer = new PageAnswer(response.StatusCode, response.Headers.Location?.OriginalString, await response.Content.ReadAsStringAsync(), response);
        foreach (var set in answer.SetCookies)
        {
            var (name, value) = set.Split(';')[0].Split('=', 2) is [var key, var text] ? (key, text) : (set, "");
            if (value.Length == 0) _cookies.Remove(name);
            else _cookies[name] = value;
        }
        return answer;
    }

    public void Dispose() => _http.Dispose();

    public static string Token(string html) => VerificationToken().Match(html).Groups["value"].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"")]
    private static partial Regex VerificationToken();
}
