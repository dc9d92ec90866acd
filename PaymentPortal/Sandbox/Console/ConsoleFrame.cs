using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>What all pages of the console have around them.</summary>
public static class ConsoleFrame
{
    public static string Page(string title, string content, string bar = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{Html.Encode(title)} – Sandbox PSP</title>
        <link rel="stylesheet" href="{ApiPaths.Console}/console.css">
        </head>
        <body>
        <header><p><strong>Sandbox PSP</strong> plays the payment service. No real money moves here.</p><nav aria-label="Places"><a href="/">Portal</a><a href="/demo">Demo shop</a>{bar}</nav></header>
        <main>
        {content}
        </main>
        </body>
        </html>
        """;
}

/// <summary>The page before the console: it asks for the sandbox's key.</summary>
public static class EntryHtml
{
    private const string KnownKey = "sk_test_sandbox";

    public static string Page(SandboxOptions options, bool isWrong)
    {
        // The default key stands in the README: it keeps nobody out, so nobody need type it.
        var known = options.ApiKey == KnownKey ? KnownKey : "";
        var wrong = isWrong ? """<p class="problem" role="alert" id="key-wrong">That is not the sandbox’s key. It is the setting Sandbox:ApiKey.</p>""" : "";
        return ConsoleFrame.Page("Open the console", $"""
            <section class="panel narrow">
            <h1>Open the sandbox console</h1>
            {wrong}
            {Html.Form("enter", $"""
                <div class="field"><label for="key">Sandbox key</label>
                <input id="key" name="key" type="password" autocomplete="off" required value="{known}" aria-describedby="key-hint">
                <p class="hint" id="key-hint">The setting Sandbox:ApiKey. {(known.Length > 0 ? "It is the well-known default here, and filled in." : "")}</p></div>
                <button type="submit" class="go">Open the console</button>
                """)}
            </section>
            """);
    }
}

/// <summary>One stored object, and the pages that say why there is none.</summary>
public static class ObjectHtml
{
    public static string Page(string id, string json) => ConsoleFrame.Page(id, $"""
        <h1 class="id">{Html.Encode(id)}</h1>
        <p>As the API shows it. <a href="{ApiPaths.Console}#objects">Back to the console</a></p>
        <pre tabindex="0" role="region" aria-label="The object as JSON">{Html.Encode(json)}</pre>
        """);

    public static string Missing() => Notice("Nothing here", "The sandbox has no object of this id.");

    public static string Notice(string title, string text) => ConsoleFrame.Page(title, $"""
        <section class="panel narrow"><h1>{Html.Encode(title)}</h1><p>{Html.Encode(text)}</p><p><a href="{ApiPaths.Console}">Back to the console</a></p></section>
        """);
}
