namespace PaymentPortal.Sandbox.Console;

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
