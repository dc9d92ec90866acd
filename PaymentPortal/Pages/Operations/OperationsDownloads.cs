using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>Lists of the operations pages as files, streamed. Who took which is in the audit log before the first byte leaves.</summary>
internal static class OperationsDownloads
{
    private const string LettersPath = OperationsUrls.Letters + "/export/csv";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(LettersPath, LettersAsync).RequireAuthorization(Rights.SeePayments, Rights.Export);
        app.MapGet(OperationsUrls.Jobs + "/{id}/export/csv", ItemsAsync).RequireAuthorization(Rights.SeePayments, Rights.Export);
    }

    /// <summary>The file of the list that an address shows: the same filters, all its pages.</summary>
    public static string HrefOf(ListUrl list) => LettersPath + list.Without(ListUrl.Size).Without(ListUrl.After).ToString()[list.Path.Length..];

    public static string HrefOf(string redrive) => $"{OperationsUrls.Job(redrive)}/export/csv";

    private static async Task<IResult> LettersAsync(HttpContext context, RetryExport export, WriteLane lane, AuditLog audit, ViewerClock clock, CancellationToken cancellationToken)
    {
        clock.UseZone(Preferences.Read(context.Request.Cookies).Zone);
        var asked = LetterListAddress.Read(ListUrl.Read(OperationsUrls.Items + context.Request.QueryString), clock.Zone, clock.Now);
        await NoteAsync(lane, audit, new AuditEntry(ActorOf(context), "dead-letters.export", "dead-letters") { After = LetterListAddress.Words(asked.Filter) }, cancellationToken);
        return Stream("dead-letters", clock, writer => export.WriteLettersAsync(asked.Filter, writer, cancellationToken));
    }

    private static async Task<IResult> ItemsAsync(string id, HttpContext context, RedriveQueries redrives, RetryExport export, WriteLane lane, AuditLog audit, ViewerClock clock, CancellationToken cancellationToken)
    {
        if (await redrives.FindAsync(id, cancellationToken) is null) return TypedResults.NotFound();
        await NoteAsync(lane, audit, new AuditEntry(ActorOf(context), "redrive.export", id), cancellationToken);
        return Stream(id, clock, writer => export.WriteItemsAsync(id, writer, cancellationToken));
    }

    private static Actor ActorOf(HttpContext context) => Actor.Staff(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!);

    private static Task NoteAsync(WriteLane lane, AuditLog audit, AuditEntry entry, CancellationToken cancellationToken) => lane.RunAsync(
        unit =>
        {
            audit.Write(unit, entry);
            return 0;
        },
        cancellationToken);

    private static IResult Stream(string what, ViewerClock clock, Func<TextWriter, Task> write) => TypedResults.Stream(
        async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            await write(writer);
        },
        "text/csv; charset=utf-8",
        string.Create(CultureInfo.InvariantCulture, $"{what}-{clock.Now:yyyyMMdd-HHmmss}.csv"));
}
