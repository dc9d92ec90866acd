using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>What the card page shows besides the session: what was typed and may be shown again, and what was wrong with it.</summary>
public sealed record CardPageState(string Email, string Name, IReadOnlyList<FormProblem> Problems)
{
    /// <summary>A payer who comes back finds his email and name, never his card.</summary>
    public static CardPageState Fresh(JsonObject session, IReadOnlyList<FormProblem> problems) => new(
        session.HiddenOf().TextOrNull("payer_email") ?? session.TextOrNull("customer_email") ?? "",
        session.HiddenOf().TextOrNull("payer_name") ?? "", problems);
}

/// <summary>The hosted pages as static HTML without a script. Every text that came from outside is encoded.</summary>
public static class HostedHtml
{
    /// <summary>A problem of the whole payment, not of one input.</summary>
    public const string Whole = "cardNumber";

    private static readonly string[] CommonCards = ["4242424242424242", "4000000000000002", "4000000000009995", "4000002760003184"];

    public static string CardPage(JsonObject session, CardPageState state)
    {
        var amount = Currencies.Display(session.Whole("amount_total"), session.Text("currency"));
        var cancel = session.TextOrNull("cancel_url") is { } url ? $"""<a class="back" href="{Encode(url)}">Cancel and go back</a>""" : "";
        return Page(state.Problems.Count > 0 ? "Error: Pay" : "Pay", "two", $"""
            <section aria-labelledby="what">
            <h1 id="what">Pay {Encode(amount)}</h1>
            <ul class="items">{Items(session)}</ul>
            {cancel}
            </section>
            <section class="panel" aria-labelledby="card">
            {Summary(state.Problems)}
            <h2 id="card">Your card</h2>
            <form method="post" novalidate>
            <input type="hidden" name="attempt" value="{session.HiddenOf()["tries"]?.GetValue<long>() ?? 0}">
            {Input("email", "Email", "email", "email", "email", state.Email, "", state.Problems)}
            {Input("cardNumber", "Card number", "text", "cc-number", "numeric", "", "", state.Problems)}
            <div class="pair">
            <div>{Input("cardExpiry", "Expiry date", "text", "cc-exp", "numeric", "", "MM / YY", state.Problems)}</div>
            <div>{Input("cardCvc", "Security code", "text", "cc-csc", "numeric", "", "3 or 4 digits", state.Problems)}</div>
            </div>
            {Input("billingName", "Name on card", "text", "cc-name", "text", state.Name, "", state.Problems)}
            <button type="submit">Pay {Encode(amount)}</button>
            </form>
            </section>
            <section class="panel" aria-labelledby="tests">
            <h2 id="tests">Test cards</h2>
            <p class="hint">Any future expiry date, any security code. No real money moves.</p>
            <dl>{Cards(CommonCards.Select(number => TestCards.OfNumber(number)!))}</dl>
            <details><summary>More test cards</summary><dl>{Cards(TestCards.All.Where(card => !CommonCards.Contains(card.Number)))}</dl></details>
            </section>
            """);
    }

    public static string AuthenticationPage(JsonObject intent) => Page("Confirm your payment", "", $"""
        <section class="panel">
        <h1>3D Secure test page</h1>
        <p>Your bank would now ask you to confirm a payment of <strong>{Encode(Currencies.Display(intent.Whole("amount"), intent.Text("currency")))}</strong>.</p>
        <form method="post">
        <button type="submit" name="outcome" value="complete">Complete authentication</button>
        <button class="second" type="submit" name="outcome" value="fail">Fail authentication</button>
        </form>
        </section>
        """);

    /// <summary>A page that has nothing to fill in: complete, expired, unknown.</summary>
    public static string Notice(string title, string text, string? link = null, string linkText = "") => Page(title, "", $"""
        <section class="panel">
        <h1>{Encode(title)}</h1>
        <p>{Encode(text)}</p>
        {(link is null ? "" : $"""<a class="back" href="{Encode(link)}">{Encode(linkText)}</a>""")}
        </section>
        """);

    private static string Page(string title, string layout, string content) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{Encode(title)} – Sandbox Pay</title>
        <link rel="stylesheet" href="{ApiPaths.Base}/assets/pay.css">
        </head>
        <body>
        <header><p class="mode">Sandbox Pay – test mode</p></header>
        <main class="{layout}">
        {content}
        </main>
        </body>
        </html>
        """;

    /// <summary>autofocus moves focus to it without a script, so that a screen reader says first what went wrong.</summary>
    private static string Summary(IReadOnlyList<FormProblem> problems)
    {
        if (problems.Count == 0)
        {
            return "";
        }

        var list = string.Concat(problems.Select(problem => $"""<li><a href="#{problem.Field}">{Encode(problem.Text)}</a></li>"""));
        return $"""
            <div class="problem" id="problem" role="alert" tabindex="-1" autofocus>
            <h2>There is a problem</h2>
            <ul>{list}</ul>
            </div>
            """;
    }

    private static string Input(
        string name, string label, string type, string autocomplete, string inputMode, string value, string hint, IReadOnlyList<FormProblem> problems)
    {
        var problem = problems.FirstOrDefault(problem => problem.Field == name);
        var described = string.Join(' ', new[] { hint.Length > 0 ? $"{name}-hint" : "", problem is null ? "" : $"{name}-wrong" }.Where(id => id.Length > 0));
        var html = new StringBuilder($"""<label for="{name}">{label}</label>""");
        if (hint.Length > 0)
        {
            html.Append($"""<p class="hint" id="{name}-hint">{hint}</p>""");
        }

        html.Append($"""<input id="{name}" name="{name}" type="{type}" inputmode="{inputMode}" autocomplete="{autocomplete}" value="{Encode(value)}" """);
        html.Append(described.Length > 0 ? $"""aria-describedby="{described}" """ : "").Append(problem is null ? ">" : """aria-invalid="true">""");
        if (problem is not null)
        {
            html.Append($"""<p class="wrong" id="{name}-wrong">{Encode(problem.Text)}</p>""");
        }

        return html.ToString();
    }

    private static string Items(JsonObject session) => string.Concat(LineItems.Of(session).Select(node =>
    {
        var item = (JsonObject)node!;
        var total = Currencies.Display(item.Whole("amount_total"), item.Text("currency"));
        return $"<li><span>{Encode(item.Text("description"))} × {item.Whole("quantity")}</span><span>{Encode(total)}</span></li>";
    }));

    private static string Cards(IEnumerable<TestCard> cards) =>
        string.Concat(cards.Select(card => $"<dt>{Spaced(card.Number)}</dt><dd>{Encode(card.Purpose)}</dd>"));

    private static string Spaced(string number) => string.Join(' ', number.Chunk(4).Select(group => new string(group)));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
