using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Path = "/v1/checkout/sessions";

    private SandboxServer _server = null!;

    public async Task InitializeAsync() => _server = await SandboxServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("timeout_before", false)]
    [InlineData("timeout_after", true)]
    [InlineData("reset_before", false)]
    [InlineData("reset_after", true)]
    [InlineData("truncate", true)]
    public async Task BrokenConnection_DoesTheWorkOrNot_AndTheSameKeyTellsWhich(string kind, bool isDone)
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Path, Do = kind, Times = 1 });
        using var impatient = new CancellationTokenSource();
        var first = SendAsync("key-1", impatient.Token);
        if (kind.StartsWith("timeout", StringComparison.Ordinal))
        {
            await Until.TrueAsync(async () => isDone ? await CountAsync() == 1 : (await _server.Control.FaultsAsync()).Rules.Count == 0);
            await impatient.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<Exception>(() => first);
        Assert.Equal(isDone ? 1 : 0, await CountAsync());
        var repeat = await _server.Api.PostWithKeyAsync("key-1", Path, SandboxApi.SessionFields());
        Assert.Equal(200, repeat.Status);
        Assert.Equal(isDone, repeat.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Status_RefusesWithItsCode_AsOftenAsItsTimes_AndDoesNothing()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Path, Status = 429, Times = 2 });

        var first = await _server.Api.PostAsync(Path, SandboxApi.SessionFields());
        var second = await _server.Api.PostAsync(Path, SandboxApi.SessionFields());
        var third = await _server.Api.PostAsync(Path, SandboxApi.SessionFields());

        Assert.Equal((429, 429, 200), (first.Status, second.Status, third.Status));
        Assert.Equal("rate_limit", (string?)first.Error!["code"]);
        Assert.Equal("endpoint-rate", first.Headers["Stripe-Rate-Limited-Reason"]);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Rule_WithMetadata_MeetsOnlyItsOwnObjects()
    {
        var marked = await _server.Api.CreateSessionAsync(more: ("metadata[drill]", "a"));
        var plain = await _server.Api.CreateSessionAsync();
        await _server.Control.SetFaultsAsync(new FaultRule { Metadata = new() { ["drill"] = "a" }, Status = 503 });

        var create = await _server.Api.PostAsync(Path, SandboxApi.SessionFields(more: ("payment_intent_data[metadata][drill]", "a")));
        var fetchMarked = await _server.Api.GetAsync($"{Path}/{marked["id"]}");
        var fetchPlain = await _server.Api.GetAsync($"{Path}/{plain["id"]}");

        Assert.Equal((503, 503, 200), (create.Status, fetchMarked.Status, fetchPlain.Status));
    }

    [Fact]
    public async Task Rule_WithAPlaceholder_FitsAnyId()
    {
        var session = await _server.Api.CreateSessionAsync();
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "GET", Path = $"{Path}/*", Status = 502 });

        Assert.Equal(502, (await _server.Api.GetAsync($"{Path}/{session["id"]}")).Status);
        Assert.Equal(200, (await _server.Api.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task Probability_OfNothing_NeverStrikes()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Probability = 0, Status = 500 });

        Assert.Equal(200, (await _server.Api.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task Faults_AfterARestart_AreStillInForceWithWhatIsLeftOfThem()
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "GET", Path = Path, Status = 500, Times = 2 });
        await _server.Api.GetAsync(Path);
        await _server.StopAsync();
        await _server.StartAgainAsync();

        Assert.Equal(1, Assert.Single((await _server.Control.FaultsAsync()).Rules).Times);
        Assert.Equal(500, (await _server.Api.GetAsync(Path)).Status);
        Assert.Equal(200, (await _server.Api.GetAsync(Path)).Status);
    }

    [Theory]
    [InlineData("""{"rules":[{"path":"/v1/x","do":"explode"}]}""")]
    [InlineData("""{"rules":[{"path":"/v1/x"}]}""")]
    [InlineData("""{"rules":[{"status":500,"do":"slow"}]}""")]
    [InlineData("""{"rules":[{"status":500,"probability":2}]}""")]
    [InlineData("""{"teapot":1}""")]
    [InlineData("""{"webhooks":{"drop":3}}""")]
    [InlineData("""{"rules":null}""")]
    [InlineData("""{"rules":[null]}""")]
    [InlineData("""null""")]
    [InlineData("""not json""")]
    public async Task WrongFaults_Are400WithAMessage(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _server.Control.Http.PutAsync("faults", content);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.NotEmpty((string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]!);
    }

    [Fact]
    public async Task ControlApi_WithoutTheKey_Is401()
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync($"http://127.0.0.1:{_server.Port}/sandbox/control/books");

        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task Clock_OfTheSystem_CannotBeMoved()
    {
        await using var server = await SandboxServer.StartAsync(clock: TimeProvider.System);
        using var content = new StringContent("""{"advance_seconds":60}""", Encoding.UTF8, "application/json");
        using var response = await server.Control.Http.PutAsync("clock", content);

        Assert.Equal(409, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("""{"advance_seconds":-60}""")]
    [InlineData("""{"advance_seconds":9223372036854775807}""")]
    [InlineData("""{"advance_seconds":"60"}""")]
    [InlineData("{}")]
    public async Task Clock_BackwardsOrNonsense_Is400(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _server.Control.Http.PutAsync("clock", content);

        Assert.Equal(400, (int)response.StatusCode);
    }

    private async Task<string> SendAsync(string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.BaseAddress + Path)
        {
            Content = new FormUrlEncodedContent(SandboxApi.SessionFields().Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await _server.Api.Http.SendAsync(request, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    private async Task<int> CountAsync()
    {
        var list = await _server.Api.GetAsync(Path);
        return ((JsonArray)list.Body["data"]!).Count;
    }
}
