using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Ledger;

/// <summary>The whole journal as a file, streamed. Who took it is in the audit log before the first byte leaves.</summary>
internal static class LedgerDownloads
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/ledger/export/{format}", DownloadAsync).RequireAuthorization(Rights.SeeLedger, Rights.Export);

    private static async Task<IResult> DownloadAsync(string format, ClaimsPrincipal person, LedgerExport export, WriteLane lane, AuditLog audit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Known(format) is not { } known) return TypedResults.NotFound();
        var actor = Actor.Staff(person.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "ledger.export", "journal") { After = format });
                return 0;
            },
            cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"ledger-{time.GetUtcNow():yyyyMMdd-HHmmss}.{known.Extension}");
        return TypedResults.Stream(body => WriteAsync(export, known.Format, body, cancellationToken), known.ContentType, name);
    }

    private static async Task WriteAsync(LedgerExport export, LedgerFormat format, Stream body, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await export.WriteAsync(format, writer, cancellationToken);
    }

    private static (LedgerFormat Format, string ContentType, string Extension)? Known(string format) => format switch
    {
        "csv" => (LedgerFormat.Csv, "text/csv; charset=utf-8", "csv"),
        "hledger" => (LedgerFormat.Hledger, "text/plain; charset=utf-8", "journal"),
        _ => null,
    };
}
