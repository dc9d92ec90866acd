using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class ConsoleTests : IAsyncLifetime
{
    private SandboxServer _server = null!;
    private ConsoleVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync();
        _visitor = await ConsoleVisitor.EnterAsync(_server);
    }

    public async Task DisposeAsync()
    {
        _visitor.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Stranger_SeesOnlyTheDoor_AndCanDoNothing()
    {
        using var stranger = new ConsoleVisitor(_server);

        var page = await stranger.GetAsync();
        var wrong = await stranger.PostAsync("enter", ("key", "sk_test_guess"));
        var act = await stranger.PostAsync("drill", ("drill", "down"));
        var read = await stranger.GetAsync("/objects/cs_test_any");

        Assert.Contains("Open the sandbox console", page.Html);
        Assert.DoesNotContain("Put the fault in force", page.Html);
        Assert.Equal((401, 403, 401), (wrong.Status, act.Status, read.Status));
        Assert.Empty((await _server.Control.FaultsAsync()).Rules);
    }

    [Fact]
    public async Task FormOfAnotherSite_IsRefused_ThoughTheCookieCame()
    {
        var answer = await _visitor.PostFromAsync("http://127.0.0.1:9", "drill", ("drill", "down"));

        Assert.Equal(403, answer.Status);
        Assert.Empty((await _server.Control.FaultsAsync()).Rules);
    }

    [Fact]
    public async Task KeyThatIsNoSecret_IsFilledIn_AndAnyOtherIsNot()
    {
        await using var other = await SandboxServer.StartAsync(options => options.ApiKey = "sk_test_of_our_own");
        using var here = new ConsoleVisitor(_server);
        using var there = new ConsoleVisitor(other);

        Assert.Contains("value=\"sk_test_sandbox\"", (await here.GetAsync()).Html);
        Assert.DoesNotContain("sk_test_of_our_own", (await there.GetAsync()).Html);
    }

    [Fact]
    public async Task Drill_IsInForceAtOnce_SaysSo_AndIsClearedByOnePress()
    {
        var answer = await _visitor.PostAsync("drill", ("drill", "down"));
        var page = await _visitor.GetAsync("?done=drill");
        var refused = await _server.Api.GetAsync("/v1/balance");
        await _visitor.PostAsync("faults/clear");

        Assert.Equal((303, "/sandbox?done=drill"), (answer.Status, answer.Location));
        Assert.Contains("The drill has begun.", page.Html);
        Assert.Contains("503 Unavailable", page.Html);
        Assert.Equal(503, refused.Status);
        Assert.Equal(200, (await _server.Api.GetAsync("/v1/balance")).Status);
    }

    [Fact]
    public async Task Fault_AddedByItsForm_IsTheRuleOfTheControlApi_AndRemovedAlone()
    {
        await _visitor.PostAsync("drill", ("drill", "slow"));
        await AddAsync(("target", "session"), ("effect", "reset_after"), ("percent", "40"), ("times", "3"), ("metadata", "order=7"));
        var rule = (await _server.Control.FaultsAsync()).Rules[1];
        await _visitor.PostAsync("faults/remove", ("mark", FaultBoard.MarkOf(rule)));
        var left = (await _server.Control.FaultsAsync()).Rules;

        Assert.Equal(("POST", "/v1/checkout/sessions", "reset_after", 3), (rule.Method, rule.Path, rule.Do, rule.Times));
        Assert.Equal((0.4, "7"), (rule.Probability, rule.Metadata!["order"]));
        Assert.Equal("slow", Assert.Single(left).Do);
    }

    [Theory]
    [InlineData("percent", "101", "from 0 to 100")]
    [InlineData("percent", "soon", "from 0 to 100")]
    [InlineData("times", "0", "times is 1 or more")]
    [InlineData("path", "/x", "path begins with /v1")]
    [InlineData("metadata", "order", "Metadata is written key=value")]
    [InlineData("target", "teapots", "Choose which requests")]
    [InlineData("effect", "explode", "Choose what happens")]
    public async Task WrongFault_IsRefusedInWords_AndNotInForce(string name, string value, string text)
    {
        var answer = await AddAsync(("target", "any"), ("effect", "503"), (name, value));

        Assert.Equal(422, answer.Status);
        Assert.Contains(text, answer.Html);
        Assert.Empty((await _server.Control.FaultsAsync()).Rules);
    }

    [Fact]
    public async Task WebhookAndSettlementForms_SetTheirPartAlone_AndShowItAgain()
    {
        await _visitor.PostAsync("faults/webhooks", ("drop", "10"), ("duplicate", "20"), ("forge", "0"), ("hold", "500"), ("shuffle", "true"));
        await _visitor.PostAsync(
            "faults/settlement", [.. new[] { "missing", "extra", "amount", "currency", "fee", "duplicate", "status", "late", "unknown" }.Select((kind, i) => (kind, $"{i}"))]);

        var faults = await _server.Control.FaultsAsync();
        var page = await _visitor.GetAsync();

        Assert.Equal(new WebhookFaults { Drop = 0.1, Duplicate = 0.2, DelayMs = 500, Shuffle = true }, faults.Webhooks);
        Assert.Equal(new SettlementFaults { Extra = 1, Amount = 2, Currency = 3, Fee = 4, Duplicate = 5, Status = 6, Late = 7, Unknown = 8 }, faults.Settlement);
        Assert.Contains("lost 10 %, sent twice 20 %, late by 500 ms, in any order", page.Html);
        Assert.Contains("rows per file: extra 1, amount 2", page.Html);
    }

    [Fact]
    public async Task Clock_MovesForwards_OrSaysWhyNot()
    {
        await using var fixedClock = await SandboxServer.StartAsync(clock: TimeProvider.System);
        using var there = await ConsoleVisitor.EnterAsync(fixedClock);
        var before = (long)(await _server.Api.CreateSessionAsync())["created"]!;

        var moved = await _visitor.PostAsync("clock", ("seconds", "86400"));
        var refused = await there.PostAsync("clock", ("seconds", "86400"));

        Assert.Equal(303, moved.Status);
        Assert.True((long)(await _server.Api.CreateSessionAsync())["created"]! - before >= 86_400);
        Assert.Equal(422, refused.Status);
        Assert.Contains("can’t be moved", refused.Html);
    }

    [Fact]
    public async Task Page_ShowsBooksDeliveriesAndObjects_AndAnObjectWithoutItsSecrets()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var secret = await _server.AddWebhookEndpointAsync(receiver.Url, "checkout.session.completed");
        var endpoint = (string)(await _server.Api.GetAsync("/v1/webhook_endpoints")).Body["data"]![0]!["id"]!;
        var session = (string)(await _server.Api.CreateSessionAsync())["id"]!;
        await _server.ConfirmAsync(session);
        await receiver.NextAsync();

        var page = await _visitor.GetAsync();
        var document = await _visitor.GetAsync($"/objects/{endpoint}");

        Assert.All(["USD", "12.50", "checkout.session.completed", receiver.Url, $"/sandbox/objects/{session}"], text => Assert.Contains(text, page.Html));
        Assert.Contains("\"enabled_events\"", document.Html);
        Assert.DoesNotContain(secret, document.Html);
        Assert.Equal(404, (await _visitor.GetAsync("/objects/cs_test_unknown")).Status);
    }

    [Fact]
    public async Task AutomaticPayout_IsOfferedForWhatIsAvailable_AndMade()
    {
        await _server.Api.ChargeAsync("pm_card_bypassPending");
        var page = await _visitor.GetAsync();

        var answer = await _visitor.PostAsync("automatic-payout", ("currency", "usd"));
        var again = await _visitor.PostAsync("automatic-payout", ("currency", "usd"));

        Assert.Contains("Pay out 9.41 USD automatically", page.Html);
        Assert.Equal((303, 422), (answer.Status, again.Status));
        Assert.Contains("nothing available to pay out", again.Html);
        Assert.Equal(941, (await _server.Control.BooksAsync()).Currencies["usd"].Payouts);
    }

    [Fact]
    public async Task WhatOthersWrote_IsEncoded()
    {
        await _server.Api.PostAsync("/v1/webhook_endpoints", ("url", "http://127.0.0.1:9/?<script>x</script>"), ("enabled_events[]", "*"));
        await _server.ConfirmAsync((string)(await _server.Api.CreateSessionAsync())["id"]!);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = true });
        await http.PostAsync($"http://127.0.0.1:{_server.Port}/sandbox/enter", new FormUrlEncodedContent([KeyValuePair.Create("key", _server.ApiKey)]));

        var raw = await http.GetStringAsync($"http://127.0.0.1:{_server.Port}/sandbox");

        Assert.Contains("&lt;script&gt;", raw);
        Assert.DoesNotContain("<script", raw);
    }

    [Fact]
    public async Task Leaving_ShutsTheDoor()
    {
        await _visitor.PostAsync("leave");

        Assert.Contains("Open the sandbox console", (await _visitor.GetAsync()).Html);
    }

    private Task<HostedAnswer> AddAsync(params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string> { ["percent"] = "100", ["times"] = "", ["delay"] = "0", ["path"] = "", ["metadata"] = "" };
        Array.ForEach(changes, change => fields[change.Name] = change.Value);
        return _visitor.PostAsync("faults/add", [.. fields.Select(field => (field.Key, field.Value))]);
    }
}
