using System.Globalization;
using System.Security.Claims;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>A list of payments as a file, streamed. Who took it, and with which filters, is in the audit log before the first byte leaves.</summary>
internal static class PaymentDownloads
{
    public const string Path = "/payments/export/csv";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet(Path, DownloadAsync).RequireAuthorization(Rights.SeePayments, Rights.Export);

    /// <summary>The file of the list that an address shows: the same filters and sort, all its pages.</summary>
    public static string HrefOf(ListUrl list) => Path + list.Without(ListUrl.Size).ToString()[PaymentListAddress.Path.Length..];

    private static async Task<IResult> DownloadAsync(HttpContext context, PaymentExport export, WriteLane lane, AuditLog audit, ViewerClock clock, CancellationToken cancellationToken)
    {
        clock.UseZone(Preferences.Read(context.Request.Cookies).Zone);
        var list = ListUrl.Read(PaymentListAddress.Path + context.Request.QueryString);
        var asked = PaymentListAddress.Read(list, clock.Zone, clock.Now);
        // A filter that is not understood would be left out, and the file would hold more than was asked for.
        if (asked.Notices.Count > 0) return TypedResults.Text(string.Join('\n', asked.Notices), "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        var actor = Actor.Staff(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await lane.RunAsync(
            unit =>
            {
                audit.Write(unit, new AuditEntry(actor, "payments.export", "payments") { After = Trail(list) });
                return 0;
            },
            cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"payments-{clock.Now:yyyyMMdd-HHmmss}.csv");
        return TypedResults.Stream(body => WriteAsync(export, asked, body, cancellationToken), "text/csv; charset=utf-8", name);
    }

    /// <summary>What was searched for may be somebody's address, which an audit log keeps for ever.</summary>
    private static string Trail(ListUrl list)
    {
        var text = (list["q"] is null ? list : list.With("q", "…")).ToString();
        return text[..Math.Min(text.Length, 1000)];
    }

    private static async Task WriteAsync(PaymentExport export, PaymentListAddress asked, Stream body, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await export.WriteAsync(asked.Filter, asked.Sort, writer, cancellationToken);
    }
}
