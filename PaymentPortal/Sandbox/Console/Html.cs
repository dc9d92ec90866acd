using System.Globalization;
using System.Net;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The few parts that the console's sections are made of. Whatever isn't ours is encoded here.</summary>
public static class Html
{
    public static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Time(long seconds) => Time(DateTimeOffset.FromUnixTimeSeconds(seconds));

    public static string Section(string id, string title, string lead, string content) => $"""
        <section class="panel" id="{id}" aria-labelledby="{id}-title">
        <h2 id="{id}-title">{title}</h2>
        <p class="lead">{lead}</p>
        {content}
        </section>
        """;

    /// <summary>One form of the console; action is its address below the console's own.</summary>
    public static string Form(string action, string content, string css = "") =>
        $"""<form method="post" action="{Wire.ApiPaths.Console}/{action}" class="{css}">{content}</form>""";

    public static string Number(string name, string label, long value, string hint = "", long most = 100_000_000) => $"""
        <div class="field"><label for="{name}">{label}</label>
        <input id="{name}" name="{name}" type="number" inputmode="numeric" min="0" max="{most}" value="{value.ToString(CultureInfo.InvariantCulture)}"{Described(name, hint)}>{Hint(name, hint)}</div>
        """;

    public static string Text(string name, string label, string hint) => $"""
        <div class="field"><label for="{name}">{label}</label>
        <input id="{name}" name="{name}" type="text" autocomplete="off" spellcheck="false"{Described(name, hint)}>{Hint(name, hint)}</div>
        """;

    /// <summary>A table that scrolls by itself on narrow screens, by keyboard too.</summary>
    public static string Table(string name, IEnumerable<string> heads, IEnumerable<string> rows) => $"""
        <div class="scroll" tabindex="0" role="region" aria-label="{name}, as a table"><table>
        <thead><tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{head}</th>"))}</tr></thead>
        <tbody>{string.Concat(rows.Select(row => $"<tr>{row}</tr>"))}</tbody>
        </table></div>
        """;

    public static string Chip(string text, string tone) => $"""<span class="chip {tone}">{Encode(text)}</span>""";

    private static string Described(string name, string hint) => hint.Length > 0 ? $" aria-describedby=\"{name}-hint\"" : "";

    private static string Hint(string name, string hint) => hint.Length > 0 ? $"""<p class="hint" id="{name}-hint">{hint}</p>""" : "";
}
