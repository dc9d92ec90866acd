using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation.Closes;

namespace PaymentPortal.Api;

/// <summary>A closed day on the wire. The evidence's sum comes soon after the close.</summary>
public sealed record DayCloseBody(string Day, string FiguresSha256, string? EvidenceSha256, DateTimeOffset ClosedAt)
{
    public static DayCloseBody Of(DayClose close) => new(close.Day, close.Digest, close.ManifestSha256, close.ClosedAt!.Value);
}

/// <summary>/api/v1/day-closes: which UTC days are locked. A day is signed by people in the portal and never through a key.</summary>
public static class DayClosesApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/day-closes", ListAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationRead)).Produces<ListBody<DayCloseBody>>().WithName("listDayCloses");

    /// <summary>Newest first; the cursor is a day.</summary>
    public static async Task<IResult> ListAsync(CloseQueries closes, CancellationToken cancellationToken, string? after = null, string? limit = null)
    {
        var count = Paging.ReadLimit(limit);
        if (count.IsRefused) return Problems.From(count.Refusal!);
        DateOnly? before = null;
        if (after is not null)
        {
            if (!DateOnly.TryParseExact(after, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The cursor is the next_cursor of the page before, unchanged.", "after"));
            before = day;
        }
        var page = await closes.PageAsync(before, count.Value, cancellationToken);
        return ApiJson.Ok(new ListBody<DayCloseBody>([.. page.Items.Select(DayCloseBody.Of)], page.Next));
    }
}
