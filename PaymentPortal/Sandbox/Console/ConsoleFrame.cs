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
        <header><p><strong>Sandbox PSP</strong> plays the payment service. No real money moves here.</p><nav aria-label="Places"><a href="/">Portal</a>{bar}</nav></header>
        <main>
        {content}
        </main>
        </body>
        </html>
        """;
}
