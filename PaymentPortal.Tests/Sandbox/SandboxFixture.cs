using System.Text.Json.Nodes;
using PaymentPortal.Sandbox;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>
/// One sandbox for all tests of a class; they keep apart by using objects of their own. Every answer that any of them gets is held against
/// the PSP's own schema, where that lies beside the repository.
/// </summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public SandboxServer Server { get; private set; } = null!;

    public SandboxApi Api => Server.Api;

    /// <summary>Outcomes that take their time take long enough for a test to act first, however slow the machine; <see cref="LaterAsync"/> brings them.</summary>
    public async Task InitializeAsync()
    {
        Server = await SandboxServer.StartAsync(Patiently);
        Server.Api.Observer = CheckSchema;
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public static void Patiently(SandboxOptions options) => options.AsyncOutcomeSeconds = options.PayoutPendingSeconds = 60;

    /// <summary>Moves the clock past all that is under way: banks, cardholders, payouts and reports.</summary>
    public Task LaterAsync() => Server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

    public static void CheckSchema(string method, string path, SandboxAnswer answer)
    {
        if (OpenApiSubset.Instance is not { } subset)
        {
            return;
        }

        var complaints = subset.Complaints(method, path, answer.Status, answer.Body).ToList();
        foreach (var happened in Events(answer.Body))
        {
            var document = (JsonObject)happened["data"]!["object"]!;
            complaints.AddRange(subset.Check((string)document["object"]!, document));
        }

        Assert.True(complaints.Count == 0, $"{method} {path} {answer.Status}: {string.Join("; ", complaints.Take(8))}");
    }

    private static IEnumerable<JsonObject> Events(JsonObject body) => (string?)body["object"] switch
    {
        "event" => [body],
        "list" => ((JsonArray)body["data"]!).OfType<JsonObject>().Where(item => (string?)item["object"] == "event"),
        _ => [],
    };
}
