using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Recon;

/// <summary>The evidence of a closed day as an archive, streamed. Who took it is in the audit log before the first byte leaves.</summary>
internal static class EvidenceDownloads
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet(CloseWords.Path + "/{day}/evidence", DownloadAsync).RequireAuthorization(Rights.SeeLedger, Rights.Export);

    public static string HrefOf(DateOnly day) => CloseWords.Href(day) + "/evidence";

    private static async Task<IResult> DownloadAsync(string day, ClaimsPrincipal person, CloseQueries closes, DayEvidence evidence, WriteLane lane, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var known)) return TypedResults.NotFound();
        if (!await closes.IsClosedAsync(known, cancellationToken)) return TypedResults.Text("This day is not closed, so it has no evidence yet.", "text/plain", Encoding.UTF8, StatusCodes.Status409Conflict);
        var actor = Actor.Staff(person.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "evidence.export", day));
                return 0;
            },
            cancellationToken);
        return TypedResults.Stream(body => evidence.ZipAsync(known, body, cancellationToken), "application/zip", $"evidence-{day}.zip");
    }
}
