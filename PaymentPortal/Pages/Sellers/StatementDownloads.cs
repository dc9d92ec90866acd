using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Pages.Sellers;

/// <summary>A seller's statement as a file, streamed oldest first. Who took it is in the audit log before the first byte leaves.</summary>
internal static class StatementDownloads
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sellers/{seller}/statement/csv", DownloadAsync).RequireAuthorization(Rights.SeeLedger, Rights.Export);
        app.MapGet("/exports/statement", Find).RequireAuthorization(Rights.SeeLedger, Rights.Export);
    }

    public static string HrefOf(SellerAccount seller, Currency currency, string? from, string? to) => Of(seller, "statement/csv", currency, from, to);

    public static string PrintHrefOf(SellerAccount seller, Currency currency, string? from, string? to) => Of(seller, "statement", currency, from, to);

    /// <summary>Days of the viewer's zone, both inclusive; either may be left out.</summary>
    public static bool TrySpan(string? from, string? to, TimeZoneInfo zone, DateTimeOffset now, out MomentRange span)
    {
        span = default;
        return (string.IsNullOrEmpty(from) && string.IsNullOrEmpty(to)) || MomentRange.TryRead($"{from}..{to}", zone, now, out span);
    }

    private static string Of(SellerAccount seller, string what, Currency currency, string? from, string? to) =>
        $"/sellers/{Uri.EscapeDataString(seller.Value)}/{what}?currency={currency.Code}{(from is null ? "" : "&from=" + Uri.EscapeDataString(from))}{(to is null ? "" : "&to=" + Uri.EscapeDataString(to))}";

    /// <summary>From a form in which the seller is typed.</summary>
    private static IResult Find(string? seller = null, string? currency = null, string? from = null, string? to = null)
    {
        if (!SellerAccount.TryParse(seller?.Trim(), out var account)) return TypedResults.Text("Name the seller's account as it stands in the list of sellers.", "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        if (!Currency.TryGet(currency?.Trim().ToUpperInvariant(), out var known)) return TypedResults.Text("Name the currency, like USD.", "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        return TypedResults.LocalRedirect(HrefOf(account, known, string.IsNullOrEmpty(from) ? null : from, string.IsNullOrEmpty(to) ? null : to));
    }

    private static async Task<IResult> DownloadAsync(
        string seller, HttpContext context, StatementQueries statements, WriteLane lane, AuditLog audit, ViewerClock clock, CancellationToken cancellationToken, string? currency = null, string? from = null, string? to = null)
    {
        clock.UseZone(Preferences.Read(context.Request.Cookies).Zone);
        if (!SellerAccount.TryParse(seller, out var account)) return TypedResults.NotFound();
        if (!Currency.TryGet(currency, out var known)) return TypedResults.Text("Name the currency, like USD.", "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        if (!TrySpan(from, to, clock.Zone, clock.Now, out var span)) return TypedResults.Text("The dates are no span of time.", "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        var actor = Actor.Staff(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "statement.export", account.Value) { After = $"{known.Code} {from}..{to}" });
                return 0;
            },
            cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"statement-{account.Value.Replace('@', '_')}-{known.Code}-{clock.Now:yyyyMMdd-HHmmss}.csv");
        return TypedResults.Stream(body => WriteAsync(statements, account, known, span, body, cancellationToken), "text/csv; charset=utf-8", name);
    }

    private static async Task WriteAsync(StatementQueries statements, SellerAccount seller, Currency currency, MomentRange span, Stream body, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await StatementCsv.WriteAsync(statements, seller, currency, span, writer, cancellationToken);
    }
}
