using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

/// <summary>GET /api/v1/events pages by position and refuses what it can't read.</summary>
[Collection(EngineCollection.Name)]
public sealed class EventsApiTests(EngineHost engine)
{
    [Fact]
    public async Task Events_PagedOneByOne_AreAllThereInOrder()
    {
        var start = await engine.ScalarAsync("SELECT COALESCE(MAX(position), 0) FROM outbox");
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => engine.CreateAsync()));
        await engine.CountAsync(0, "SELECT COUNT(*) FROM outbox WHERE position IS NULL");

        var read = new List<JsonNode>();
        for (string? after = start.ToString(CultureInfo.InvariantCulture); after is not null;)
        {
            var page = (await engine.Client.GetAsync($"/api/v1/events?limit=2&after={after}")).Body;
            read.AddRange(page["data"]!.AsArray().Select(fact => fact!));
            after = (string?)page["next_cursor"];
        }

        Assert.Equal(read.Select(fact => (long)fact["position"]!).Order(), read.Select(fact => (long)fact["position"]!));
        foreach (var checkout in made)
        {
            var fact = Assert.Single(read, fact => (string?)fact["aggregate_id"] == checkout.Id);
            Assert.Equal(("checkout.created", 1L, 1), ((string?)fact["type"], (long)fact["version"]!, (int)fact["type_version"]!));
            Assert.Equal("25.00", (string?)fact["data"]!["amount"]);
        }
    }

    [Fact]
    public async Task Events_OfOneType_AreOnlyThose()
    {
        await engine.CreateAsync();
        await engine.CountAsync(0, "SELECT COUNT(*) FROM outbox WHERE position IS NULL");

        var page = (await engine.Client.GetAsync("/api/v1/events?type=checkout.created&limit=100")).Body;

        Assert.All(page["data"]!.AsArray(), fact => Assert.Equal("checkout.created", (string?)fact!["type"]));
    }

    [Theory]
    [InlineData("after=pev_1", "after")]
    [InlineData("after=-1", "after")]
    [InlineData("after=99999999999999999999", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("type=checkout.invented", "type")]
    public async Task Events_AskedWrongly_NameTheField(string query, string field)
    {
        var answer = await engine.Client.GetAsync("/api/v1/events?" + query);

        Assert.Equal((422, field), (answer.Status, (string?)answer.Body["field"]));
    }

    [Fact]
    public async Task Events_WithoutTheScope_AreRefused()
    {
        var keys = engine.Services.GetRequiredService<ApiKeyService>();
        var key = (await keys.CreateAsync("no events", ["payments:write"], null, Actor.Program("test"), CancellationToken.None)).Value.Key;
        using var client = new EngineClient(engine.Address, key);

        Assert.Equal(403, (await client.GetAsync("/api/v1/events")).Status);
    }
}
