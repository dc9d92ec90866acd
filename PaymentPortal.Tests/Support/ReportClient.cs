using System.Text.Json.Nodes;

namespace PaymentPortal.Tests.Support;

/// <summary>Reports of a sandbox as a client of the PSP gets them: order, wait (by the clock), download, read by header.</summary>
public sealed class ReportClient(SandboxServer server)
{
    public const string Activity = "balance_change_from_activity.itemized.3";
    public const string Payouts = "payouts.itemized.3";

    /// <summary>The hour up to now.</summary>
    public async Task<(long From, long To)> PeriodAsync()
    {
        var now = (long)(await server.Api.GetAsync($"/v1/reporting/report_types/{Activity}")).Body["data_available_end"]!;
        return (now - 3600, now);
    }

    public async Task<SandboxAnswer> OrderAsync(string type, params (string Name, string Value)[] parameters)
    {
        var (from, to) = await PeriodAsync();
        var fields = new Dictionary<string, string> { ["report_type"] = type };
        if (!type.Contains("by_id", StringComparison.Ordinal))
        {
            (fields["parameters[interval_start]"], fields["parameters[interval_end]"]) = ($"{from - (4 * 86_400)}", $"{to}");
        }

        Array.ForEach(parameters, parameter => fields[$"parameters[{parameter.Name}]"] = parameter.Value);
        return await server.Api.PostAsync("/v1/reporting/report_runs", [.. fields.Select(field => (field.Key, field.Value))]);
    }

    public async Task<JsonObject> RunAsync(string type, params (string Name, string Value)[] parameters)
    {
        var order = await OrderAsync(type, parameters);
        Assert.True(order.Status == 200, order.Body.ToJsonString());
        await server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(2));
        return (await server.Api.GetAsync($"/v1/reporting/report_runs/{order.Text("id")}")).Body;
    }

    public async Task<string> CsvAsync(JsonObject run) => await server.Api.Http.GetStringAsync((string)run["result"]!["url"]!);

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> RowsAsync(string type, long? from = null, long? to = null) => CsvText.Read(await CsvAsync(
        await RunAsync(type, from is null ? [] : [("interval_start", $"{from}"), ("interval_end", $"{to}")])));

    public async Task<JsonArray> PlantedAsync() => (JsonArray)JsonNode.Parse(await server.Control.Http.GetStringAsync("planted"))!;
}
