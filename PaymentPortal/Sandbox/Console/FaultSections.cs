using System.Globalization;
using PaymentPortal.Sandbox.Control;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The console's sections about faults: those in force, the drills, and the three forms.</summary>
public static class FaultSections
{
    public static string InForce(FaultSettings faults)
    {
        var lines = faults.Rules.Select(rule => $"""<li><span>{Sentence(rule)}</span>{Remove(rule)}</li>""")
            .Concat(WebhookLines(faults.Webhooks).Concat(SettlementLines(faults.Settlement)).Select(line => $"<li><span>{line}</span></li>")).ToList();
        return lines.Count == 0
            ? """<section class="panel calm" aria-label="Faults in force"><p><strong>No fault is in force.</strong> The sandbox works as it should.</p></section>"""
            : $"""
            <section class="panel alarm" aria-labelledby="force-title">
            <h2 id="force-title">In force now</h2>
            <ul class="faults">{string.Concat(lines)}</ul>
            {Html.Form("faults/clear", """<button type="submit" class="go">Clear all faults</button>""")}
            </section>
            """;
    }

    public static string DrillButtons() => Html.Section("drills", "Drills", "One press each. What the engine should do about it: lose nothing, charge nobody twice.",
        Html.Form("drill", string.Concat(Drills.All.Select(drill => $"""
            <button type="submit" name="drill" value="{drill.Name}" class="drill"><strong>{drill.Title}</strong><span>{drill.Effect}</span></button>
            """)), "drills"));

    public static string Add() => Html.Section("faults", "Add a fault", "Meets the requests you choose and does one thing to them.", Html.Form("faults/add", $"""
        <div class="field"><label for="target">Which requests</label>
        <select id="target" name="target">{string.Concat(FaultForm.Targets.Select(target => $"""<option value="{target.Name}">{target.Title}</option>"""))}</select></div>
        <fieldset><legend>What happens to them</legend><div class="choices">{string.Concat(FaultForm.Effects.Select((effect, i) => $"""
            <label class="choice"><input type="radio" name="effect" value="{effect.Name}"{(i == 0 ? " checked" : "")}><span><strong>{effect.Title}</strong>{effect.Explanation}</span></label>
            """))}</div></fieldset>
        <div class="fields">
        {Html.Number("percent", "Share, %", 100, most: 100)}
        {Html.Text("times", "How many times", "Empty: until it is removed.")}
        {Html.Number("delay", "Delay of “slow”, ms", 3000)}
        {Html.Text("path", "Another path", "Such as /v1/refunds/*; it replaces the choice’s own.")}
        {Html.Text("metadata", "Only with metadata", "key=value of the request or of its object.")}
        </div>
        <button type="submit" class="go">Put the fault in force</button>
        """));

    public static string Webhooks(WebhookFaults webhooks) => Html.Section("webhooks", "Webhook faults", "Percent of the deliveries that go wrong in each way.",
        Html.Form("faults/webhooks", $"""
        <div class="fields">
        {Html.Number("drop", "Lost, %", Percent(webhooks.Drop), "Never sent and never repeated.", 100)}
        {Html.Number("duplicate", "Sent twice, %", Percent(webhooks.Duplicate), "The same event, two deliveries.", 100)}
        {Html.Number("forge", "Forged, %", Percent(webhooks.Forge), "A copy with another amount and a wrong signature comes first.", 100)}
        {Html.Number("hold", "Delay, ms", webhooks.DelayMs, "Every delivery waits this long.")}
        </div>
        <label class="check"><input type="checkbox" name="shuffle" value="true"{(webhooks.Shuffle ? " checked" : "")}><span>In any order</span></label>
        <button type="submit" class="go">Save webhook faults</button>
        """));

    public static string Settlement(SettlementFaults settlement) => Html.Section("settlement", "Settlement faults", "How many rows of each settlement file are wrong, by kind.",
        Html.Form("faults/settlement", $"""
        <div class="fields">{string.Concat(SettlementForm.Kinds.Select(kind => Html.Number(kind.Name, kind.Title, kind.Read(settlement), char.ToUpperInvariant(kind.Meaning[0]) + kind.Meaning[1..] + ".")))}</div>
        <button type="submit" class="go">Save settlement faults</button>
        """));

    private static string Sentence(FaultRule rule)
    {
        var what = FaultForm.Effects.FirstOrDefault(effect => effect.Name == (rule.Do ?? rule.Status?.ToString(CultureInfo.InvariantCulture)))?.Title ?? $"{rule.Status}";
        var where = $"{rule.Method ?? "any method"} {rule.Path ?? "any path"}";
        var metadata = rule.Metadata is { Count: > 0 } pairs ? $" with {string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"))}" : "";
        var share = rule.Probability < 1 ? $", {Percent(rule.Probability)} % of them" : "";
        var times = rule.Times is { } left ? $", {left} more times" : "";
        var delay = rule.DelayMs > 0 ? $", {rule.DelayMs} ms" : "";
        return $"<strong>{Html.Encode(what)}</strong>{delay}: {Html.Encode(where + metadata + share + times)}";
    }

    private static string Remove(FaultRule rule) => Html.Form("faults/remove", $"""
        <input type="hidden" name="mark" value="{FaultBoard.MarkOf(rule)}"><button type="submit">Remove</button>
        """);

    private static IEnumerable<string> WebhookLines(WebhookFaults webhooks)
    {
        (bool Is, string Text)[] lines =
        [
            (webhooks.Drop > 0, $"lost {Percent(webhooks.Drop)} %"), (webhooks.Duplicate > 0, $"sent twice {Percent(webhooks.Duplicate)} %"),
            (webhooks.Forge > 0, $"forged {Percent(webhooks.Forge)} %"), (webhooks.DelayMs > 0, $"late by {webhooks.DelayMs} ms"), (webhooks.Shuffle, "in any order"),
        ];
        return lines.Any(line => line.Is) ? [$"<strong>Webhooks</strong>: {string.Join(", ", lines.Where(line => line.Is).Select(line => line.Text))}"] : [];
    }

    private static IEnumerable<string> SettlementLines(SettlementFaults settlement)
    {
        var kinds = SettlementForm.Kinds.Where(kind => kind.Read(settlement) > 0).Select(kind => $"{kind.Name} {kind.Read(settlement)}").ToList();
        return kinds.Count > 0 ? [$"<strong>Settlement files</strong>, rows per file: {string.Join(", ", kinds)}"] : [];
    }

    private static long Percent(double rate) => (long)Math.Round(rate * 100);
}
