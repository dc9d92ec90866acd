using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

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
