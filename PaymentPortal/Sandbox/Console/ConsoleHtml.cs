using System.Globalization;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Disputes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The console as one page: what is wrong on purpose first, then what to break, then the clock, the books and what happened lately.</summary>
public static class ConsoleHtml
{
    public static string Page(ConsoleState state, string? problem, string? notice) => ConsoleFrame.Page("Console", $"""
        <h1>Sandbox console</h1>
        {(problem is null ? "" : $"""<p class="problem" role="alert" tabindex="-1" autofocus>{Html.Encode(problem)}</p>""")}
        {(notice is null ? "" : $"""<p class="notice" role="status">{Html.Encode(notice)}</p>""")}
        {FaultSections.InForce(state.Faults)}
        {FaultSections.DrillButtons()}
        {FaultSections.Add()}
        <div class="two">
        {FaultSections.Webhooks(state.Faults.Webhooks)}
        {FaultSections.Settlement(state.Faults.Settlement)}
        </div>
        {Clock(state)}
        {BookSection.Show(state.Books)}
        {Deliveries(state.Deliveries)}
        {Objects(state.Objects)}
        {Numbers()}
        """, Html.Form("leave", """<button type="submit" class="plain">Close the console</button>"""));

    private static string Clock(ConsoleState state)
    {
        (string Label, long Seconds)[] moves =
        [
            ("1 minute", 60), ("1 hour", 3600), ("1 day", 86_400), ("2 days (funds become available)", 172_800), ("1 week", 604_800),
        ];
        var buttons = string.Concat(moves.Select(move => $"""<button type="submit" name="seconds" value="{move.Seconds}">+ {move.Label}</button>"""));
        return Html.Section("clock", "Clock",
            "Moves the time of the whole process, the portal’s too. It only goes forwards, and stays moved after a restart.", $"""
            <p class="big">{Html.Time(state.Now)} <span class="soft">UTC</span></p>
            {(state.CanMoveClock ? Html.Form("clock", buttons, "row") : "<p>This process runs on the system’s clock, which can’t be moved. Only Development starts with a movable one.</p>")}
            """);
    }

    private static string Deliveries(IReadOnlyList<DeliveryRow> rows) => Html.Section("deliveries", "Webhook deliveries",
        "The newest first. A failed one is sent again with growing waits, for three days.",
        rows.Count == 0
            ? "<p>No webhook was sent yet.</p>"
            : Html.Table("Webhook deliveries", ["Event", "To", "State", "Tries", "Last answer", "Created (UTC)"], rows.Select(row => $"""
                <td><a href="{ApiPaths.Console}/objects/{row.EventId}">{Html.Encode(row.EventType)}</a>{Account(row.Account)}</td><td>{Html.Encode(row.Url)}</td>
                <td>{Html.Chip(row.State, row.State switch { "delivered" => "good", "failed" => "bad", _ => "wait" })}</td>
                <td class="number">{row.Attempts.ToString(CultureInfo.InvariantCulture)}</td><td>{Html.Encode(row.LastAnswer ?? "–")}</td><td class="time">{Html.Time(row.CreatedSeconds)}</td>
                """)));

    private static string Objects(IReadOnlyList<ObjectRow> rows) => Html.Section("objects", "Recent objects",
        "What the API made last. Follow one to see it whole.",
        rows.Count == 0
            ? "<p>Nothing was made yet. Any payment will show here.</p>"
            : Html.Table("Recent objects", ["Object", "Type", "Status", "Amount", "Created (UTC)"], rows.Select(row => $"""
                <td><a href="{ApiPaths.Console}/objects/{row.Id}">{Html.Encode(Short(row.Id))}</a>{Account(row.Account)}</td><td>{Html.Encode(row.Type)}</td>
                <td>{Html.Encode(row.Status ?? "–")}</td><td class="number">{Amount(row)}</td><td class="time">{Html.Time(row.CreatedSeconds)}</td>
                """)));

    private static string Numbers() => Html.Section("numbers", "Test numbers",
        "Test cards stand on the card page itself. These are for payouts, with routing number 110000000, and for a dispute’s evidence.", $"""
        <div class="two">
        {Html.Table("Bank accounts", ["Bank account", "A payout to it"], TestAccounts.All.Select(account => $"<td><code>{account.Number}</code></td><td>{Html.Encode(account.Purpose)}</td>"))}
        {Html.Table("Evidence", ["Evidence (uncategorized_text)", "What comes of it"], DisputeLife.Words.Select(word => $"<td><code>{word.Text}</code></td><td>{Html.Encode(word.Purpose)}</td>"))}
        </div>
        """);

    private static string Amount(ObjectRow row) =>
        row is { Amount: { } amount, Currency: { } currency } ? $"{Currencies.Plain(amount, currency)} {Html.Encode(currency.ToUpperInvariant())}" : "–";

    private static string Account(string account) => account.Length == 0 ? "" : $"""<br><span class="soft">{Html.Encode(account)}</span>""";

    private static string Short(string id) => id.Length <= 28 ? id : $"{id[..20]}…{id[^6..]}";
}
