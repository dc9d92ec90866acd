using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PaymentPortal.Tests.Support;

/// <summary>One answer of the sandbox's API.</summary>
public sealed record SandboxAnswer(int Status, JsonObject Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject? Error => Body["error"] as JsonObject;

    public string Text(string name) => (string)Body[name]!;
}

/// <summary>A bare client of the PSP's wire protocol, for tests that must see status, headers and JSON as they are.</summary>
public sealed class SandboxApi : IDisposable
{
    private readonly string _baseAddress;

    public SandboxApi(string baseAddress, string apiKey)
    {
        _baseAddress = baseAddress;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public HttpClient Http { get; }

    /// <summary>Sees each answer (method, path, answer) before its caller does.</summary>
    public Action<string, string, SandboxAnswer>? Observer { get; set; }

    public Task<SandboxAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<SandboxAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Every page that the PSP ever made, and the checkout that it names, newest first.</summary>
    public async Task<List<(string Id, string Checkout)>> SessionsAsync()
    {
        var all = new List<(string Id, string Checkout)>();
        while (true)
        {
            var list = (await GetAsync("/v1/checkout/sessions?limit=100" + (all.Count == 0 ? "" : "&starting_after=" + all[^1].Id))).Body;
            all.AddRange(list["data"]!.AsArray().Select(session => ((string)session!["id"]!, (string?)session["client_reference_id"] ?? "")));
            if (!(bool)list["has_more"]!) return all;
        }
    }

    public Task<SandboxAnswer> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(HttpMethod.Post, path, fields);

    public Task<SandboxAnswer> PostWithKeyAsync(string key, string path, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, fields, ("Idempotency-Key", key));

    public async Task<SandboxAnswer> SendAsync(
        HttpMethod method, string path, (string Name, string Value)[]? fields, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, _baseAddress + path);
        if (fields is not null)
        {
            request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        var body = (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var answer = new SandboxAnswer((int)response.StatusCode, body, response.Headers.ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
        Observer?.Invoke(method.Method, path.Split('?')[0], answer);
        return answer;
    }

    /// <summary>An intent of 10.00, confirmed at once; further fields replace or add to the usual ones.</summary>
    public Task<SandboxAnswer> PayAsync(string method = "pm_card_visa", params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["amount"] = "1000", ["currency"] = "usd", ["payment_method"] = method, ["confirm"] = "true",
            ["allowed_payment_method_types[0]"] = "card", ["capture_method"] = "automatic",
        };
        Array.ForEach(more, field => fields[field.Name] = field.Value);
        return PostAsync("/v1/payment_intents", [.. fields.Select(field => (field.Key, field.Value))]);
    }

    /// <summary>The id of a charge of 10.00 that went through.</summary>
    public async Task<string> ChargeAsync(string method = "pm_card_visa", params (string Name, string Value)[] more) =>
        (string)(await PayAsync(method, more)).Body["latest_charge"]!;

    /// <summary>What a GET's list holds.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, params (string Name, string Value)[] headers) =>
        [.. ((JsonArray)(await SendAsync(HttpMethod.Get, path, null, headers)).Body["data"]!).Select(item => (JsonObject)item!)];

    /// <summary>Types of the events about one object, oldest first.</summary>
    public async Task<IReadOnlyList<string>> EventsOfAsync(string id, string type = "*", params (string Name, string Value)[] headers) =>
        [.. (await ListAsync($"/v1/events?limit=100&type={type}", headers)).Where(happened => (string?)happened["data"]!["object"]!["id"] == id)
            .Select(happened => (string)happened["type"]!).Reverse()];

    /// <summary>An open session of one item; further fields replace or add to the usual ones.</summary>
    public async Task<JsonObject> CreateSessionAsync(long amount = 1250, string currency = "usd", params (string Name, string Value)[] more)
    {
        var answer = await PostAsync("/v1/checkout/sessions", SessionFields(amount, currency, more));
        return answer.Status == 200 ? answer.Body : throw new InvalidOperationException(answer.Body.ToJsonString());
    }

    public static (string Name, string Value)[] SessionFields(long amount = 1250, string currency = "usd", params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["mode"] = "payment",
            ["line_items[0][quantity]"] = "1",
            ["line_items[0][price_data][currency]"] = currency,
            ["line_items[0][price_data][unit_amount]"] = amount.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["line_items[0][price_data][product_data][name]"] = "Tea",
            ["success_url"] = "https://shop.example/done?session={CHECKOUT_SESSION_ID}",
            ["cancel_url"] = "https://shop.example/cancel",
            ["payment_intent_data[capture_method]"] = "automatic",
            ["allowed_payment_method_types[0]"] = "card",
        };
        foreach (var (name, value) in more)
        {
            fields[name] = value;
        }

        return [.. fields.Select(field => (field.Key, field.Value))];
    }

    public void Dispose() => Http.Dispose();
}
