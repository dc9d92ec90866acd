using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Recon;

/// <summary>The payments of a month whose fee is another than the contract says, as a file. Who took it is in the audit log before the first byte leaves.</summary>
internal static class FeeDownloads
{
    public const string Page = "/recon/fees";
    private const string Path = Page + "/export/csv";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet(Path, DownloadAsync).RequireAuthorization(Rights.SeeLedger, Rights.Export);

    public static string HrefOf(DateOnly month) => $"{Path}?month={Word(month)}";

    public static string Word(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static DateOnly MonthOf(DateTimeOffset moment) => new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1);

    public static bool TryRead(string? text, out DateOnly month) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out month) && month.Year is >= 2000 and < 9990;

    private static async Task<IResult> DownloadAsync(ClaimsPrincipal person, FeeExport export, WriteLane lane, AuditLog audit, CancellationToken cancellationToken, string? month = null)
    {
        if (!TryRead(month, out var wanted)) return TypedResults.BadRequest("The month is written like 2026-11.");
        var actor = Actor.Staff(person.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "fees.export", Word(wanted)));
                return 0;
            },
            cancellationToken);
        return TypedResults.Stream(body => WriteAsync(export, wanted, body, cancellationToken), "text/csv; charset=utf-8", $"fees-{Word(wanted)}.csv");
    }

    private static async Task WriteAsync(FeeExport export, DateOnly month, Stream body, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await export.WriteAsync(month, writer, cancellationToken);
    }
}
