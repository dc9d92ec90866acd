using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Events;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Events;

/// <summary>Catalogue, document and engine say the same about every fact.</summary>
[Collection(EngineCollection.Name)]
public sealed class EventCatalogueTests(EngineHost engine)
{
    [Fact]
    public void Catalogue_HoldsEveryName()
    {
        var names = typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(names.Order(StringComparer.Ordinal), EventCatalogue.All.Select(kind => kind.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Example_OfEachFact_HasItsFieldsInOrder()
    {
        foreach (var kind in EventCatalogue.All) Assert.Equal(kind.Fields.Select(field => field.Name), FieldsOf(kind.Example));
    }

    [Fact]
    public void Document_ShowsEveryFactAsTheCatalogueDoes()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "events.md")).ReplaceLineEndings("\n");

        foreach (var kind in EventCatalogue.All) Assert.Contains(Section(kind), document, StringComparison.Ordinal);
        Assert.Equal(EventCatalogue.All.Count, document.Split("\n### ").Length - 1);
    }

    [Fact]
    public async Task Engine_TellsFactsAsTheCatalogueSays()
    {
        var paid = await engine.CreateAsync();
        var session = await engine.PressAsync(paid);
        await engine.ConfirmAsync(session, "pm_card_visa_chargeDeclinedInsufficientFunds");
        await engine.CountAsync(1, "SELECT COUNT(*) FROM attempt_charges WHERE checkout_id = $1 AND is_paid = 0", paid.Id);
        await engine.ConfirmAsync(session);
        await engine.IsAsync(paid, "SUCCESS");
        var canceled = await engine.CreateAsync();
        await engine.Client.CancelAsync(canceled);
        await engine.IsAsync(canceled, "CANCELED");
        await engine.CountAsync(0, "SELECT COUNT(*) FROM outbox WHERE position IS NULL");

        var facts = await AllAsync(engine.Services.GetRequiredService<EventFeed>());

        foreach (var fact in facts) Assert.Equal(EventCatalogue.Of(fact.Type).Fields.Select(field => field.Name), FieldsOf(fact.Payload));
        Assert.Equal(["checkout.created", "checkout.executing", "checkout.succeeded"], facts.Where(fact => fact.AggregateId == paid.Id).Select(fact => fact.Type));
        Assert.Equal(["checkout.created", "checkout.canceled"], facts.Where(fact => fact.AggregateId == canceled.Id).Select(fact => fact.Type));
        var decline = Assert.Single(facts, fact => fact.Type == EventTypes.AttemptDeclined && fact.Payload.Contains(paid.Id, StringComparison.Ordinal));
        Assert.Contains("\"code\":\"insufficient_funds\"", decline.Payload, StringComparison.Ordinal);
        await engine.AssertSoundAsync();
    }

    private static async Task<List<PortalEvent>> AllAsync(EventFeed feed)
    {
        var all = new List<PortalEvent>();
        for (long after = 0; ;)
        {
            var page = await feed.PageAsync(after, 100, null, CancellationToken.None);
            all.AddRange(page.Items);
            if (page.Next is null) return all;
            after = page.Items[^1].Position!.Value;
        }
    }

    private static IEnumerable<string> FieldsOf(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject().Select(field => field.Name);

    private static string Section(EventKind kind)
    {
        var text = new StringBuilder();
        text.Append($"### {kind.Type}\n{kind.Meaning} Version {kind.Version}, aggregate: {kind.Aggregate}.\n\n| field | type | meaning |\n|---|---|---|\n");
        foreach (var field in kind.Fields) text.Append($"| `{field.Name}` | {field.Type} | {field.Meaning} |\n");
        return text.Append($"\n```json\n{kind.Example}\n```\n").ToString();
    }
}
