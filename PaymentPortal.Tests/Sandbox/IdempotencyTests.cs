using PaymentPortal.Sandbox;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class IdempotencyTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Path = "/v1/checkout/sessions";

    private readonly SandboxServer _server = fixture.Server;
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task Repeat_WithTheSameParametersInAnotherOrder_IsTheFirstAnswerAndSaysSo()
    {
        var fields = SandboxApi.SessionFields();
        var first = await _server.Api.PostWithKeyAsync(_key, Path, fields);
        await _server.ConfirmAsync(first.Text("id"));

        var repeat = await _server.Api.PostWithKeyAsync(_key, Path, [.. fields.Reverse()]);

        Assert.Equal(first.Body.ToJsonString(), repeat.Body.ToJsonString());
        Assert.Equal("open", repeat.Text("status"));
        Assert.Equal("true", repeat.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Headers["Request-Id"], repeat.Headers["Original-Request"]);
        Assert.NotEqual(first.Headers["Request-Id"], repeat.Headers["Request-Id"]);
        Assert.Equal(_key, repeat.Headers["Idempotency-Key"]);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Repeat_WithOtherParameters_IsRefused()
    {
        await _server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields(1000));

        var repeat = await _server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields(1001));

        Assert.Equal(400, repeat.Status);
        Assert.Equal("idempotency_error", (string?)repeat.Error!["type"]);
        Assert.Null(repeat.Error["code"]);
        Assert.Equal(
            $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{_key}' if you meant to execute a different request.",
            (string?)repeat.Error["message"]);
    }

    [Fact]
    public async Task Repeat_OnAnotherPath_IsRefusedAndNamesBoth()
    {
        await _server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        var repeat = await _server.Api.PostWithKeyAsync(_key, "/v1/payment_intents", ("amount", "1000"), ("currency", "usd"));

        Assert.Equal((400, "idempotency_error"), (repeat.Status, (string?)repeat.Error!["type"]));
        Assert.Contains("('/v1/checkout/sessions' vs '/v1/payment_intents')", (string?)repeat.Error["message"]);
    }

    [Fact]
    public async Task RefusedParameters_StoreNothing_SoTheKeyMayBeUsedAgain()
    {
        var refused = await _server.Api.PostWithKeyAsync(_key, Path, ("mode", "payment"));

        var corrected = await _server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        Assert.Equal((400, 200), (refused.Status, corrected.Status));
        Assert.False(corrected.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Decline_IsReplayedUnderItsKey_WithoutAnotherCharge()
    {
        var session = (string)(await _server.Api.CreateSessionAsync())["id"]!;
        var path = $"/v1/payment_pages/{session}/confirm";
        var first = await _server.Api.PostWithKeyAsync(_key, path, ("payment_method", "pm_card_chargeDeclined"));

        var repeat = await _server.Api.PostWithKeyAsync(_key, path, ("payment_method", "pm_card_chargeDeclined"));

        Assert.Equal((402, 402), (first.Status, repeat.Status));
        Assert.Equal("true", repeat.Headers["Idempotent-Replayed"]);
        Assert.Equal(1, (await _server.Control.BooksAsync()).FailedTries[session]);
    }

    [Fact]
    public async Task RefusedState_IsReplayed_ForExecutionHadBegun()
    {
        var session = (string)(await _server.Api.CreateSessionAsync())["id"]!;
        await _server.ConfirmAsync(session);
        var first = await _server.Api.PostWithKeyAsync(_key, $"{Path}/{session}/expire");

        var repeat = await _server.Api.PostWithKeyAsync(_key, $"{Path}/{session}/expire");

        Assert.Equal((400, 400), (first.Status, repeat.Status));
        Assert.Equal("true", repeat.Headers["Idempotent-Replayed"]);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, false)]
    [InlineData(429, false)]
    public async Task FailedAnswer_IsStored_OnlyWhenExecutionHadBegun(int status, bool isStored)
    {
        await using var server = await SandboxServer.StartAsync();
        await server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Path, Status = status, Times = 1 });
        var failed = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        var repeat = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        Assert.Equal(status, failed.Status);
        Assert.Equal(isStored ? status : 200, repeat.Status);
        Assert.Equal(isStored, repeat.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task Twin_WhileTheFirstIsInFlight_Gets409AndMayComeAgain()
    {
        await using var server = await SandboxServer.StartAsync();
        await server.Control.SetFaultsAsync(new FaultRule { Path = Path, Do = "slow", DelayMs = 3000 });

        // Whichever comes first is the slow one, and the other meets it.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields())));
        await server.Control.ClearFaultsAsync();
        var later = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        var first = Assert.Single(answers, answer => answer.Status == 200);
        var twin = Assert.Single(answers, answer => answer.Status == 409);
        Assert.Equal("idempotency_key_in_use", (string?)twin.Error!["code"]);
        Assert.Equal(first.Text("id"), later.Text("id"));
    }

    [Fact]
    public async Task Key_AfterADay_ExecutesAgain()
    {
        var clock = new MovableTimeProvider();
        await using var server = await SandboxServer.StartAsync(clock: clock);
        var first = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());
        clock.Advance(TimeSpan.FromHours(25));

        var second = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        Assert.NotEqual(first.Text("id"), second.Text("id"));
    }

    [Fact]
    public async Task StoredAnswer_OutlivesARestart()
    {
        await using var server = await SandboxServer.StartAsync();
        var first = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());
        await server.StopAsync();
        await server.StartAgainAsync();

        var repeat = await server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields());

        Assert.Equal(first.Text("id"), repeat.Text("id"));
        Assert.Equal("true", repeat.Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task Key_LongerThan255_IsRefused()
    {
        var answer = await _server.Api.PostWithKeyAsync(new string('k', 256), Path, SandboxApi.SessionFields());

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task TwentyTwins_MakeOneObject()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _server.Api.PostWithKeyAsync(_key, Path, SandboxApi.SessionFields())));

        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 409 }));
        Assert.Single(answers.Where(answer => answer.Status == 200).Select(answer => answer.Text("id")).Distinct());
    }
}
