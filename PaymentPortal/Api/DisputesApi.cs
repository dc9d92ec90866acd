using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;

namespace PaymentPortal.Api;

/// <summary>/api/v1/disputes. Banks make them; what can be done is to answer or to accept.</summary>
public static class DisputesApi
{
    private const string Path = "/disputes";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).WithMetadata(new RequiredScope(ApiScopes.DisputesRead)).Produces<ListBody<DisputeBody>>().WithName("listDisputes");
        api.MapGet(Path + "/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.DisputesRead)).Produces<DisputeBody>().WithName("getDispute");
        api.MapPost(Path + "/{id}/evidence", AddEvidenceAsync).WithMetadata(new RequiredScope(ApiScopes.DisputesWrite))
            .Accepts<EvidenceBody>("application/json").Produces<DisputeBody>().WithName("addDisputeEvidence");
        api.MapPost(Path + "/{id}/accept", AcceptAsync).WithMetadata(new RequiredScope(ApiScopes.DisputesWrite)).Produces<DisputeBody>().Produces<DisputeBody>(202).WithName("acceptDispute");
    }

    public static async Task<IResult> GetAsync(string id, DisputeQueries queries, CancellationToken cancellationToken) =>
        Ids.TryParse<DisputeId>(id, out var dispute) && await queries.FindAsync(dispute, mayReadEvidence: false, cancellationToken) is { } found ? ApiJson.Ok(DisputeBody.Of(found.Dispute)) : NotFound(id);

    /// <summary>The most urgent first.</summary>
    public static async Task<IResult> ListAsync(DisputeQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? status = null, string? checkout_id = null)
    {
        var paging = Paging.Read<DisputeId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        DisputeStatus? wanted = null;
        if (status is not null)
        {
            if (!DisputeWords.TryParse(status, out var parsed))
                return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The status is one of INQUIRY, NEEDS_RESPONSE, UNDER_REVIEW, WON, LOST, ACCEPTED, CLOSED.", "status"));
            wanted = parsed;
        }
        var slice = await queries.ListAsync(new DisputeFilter(wanted, CheckoutId: checkout_id), new PagePlace(After: paging.Value.After), paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<DisputeBody>([.. slice.Rows.Select(DisputeBody.Of)], slice.Next));
    }

    /// <summary>Stages unless submit is true. The same texts again change nothing, so the key is required and not stored.</summary>
    public static async Task<IResult> AddEvidenceAsync(string id, HttpContext http, DisputeDesk desk, DisputeQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<DisputeId>(id, out var dispute)) return NotFound(id);
        var body = await ApiBody.ReadAsync<EvidenceBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        return await AnswerAsync(await desk.AddEvidenceAsync(dispute, body.Value.Value.Texts(), body.Value.Value.Submit ?? false, Actor.ApiKey(http.Caller().Id), cancellationToken), queries, 200, cancellationToken);
    }

    public static async Task<IResult> AcceptAsync(string id, HttpContext http, DisputeDesk desk, DisputeQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        return Ids.TryParse<DisputeId>(id, out var dispute)
            ? await AnswerAsync(await desk.AcceptAsync(dispute, Actor.ApiKey(http.Caller().Id), cancellationToken), queries, 202, cancellationToken)
            : NotFound(id);
    }

    /// <param name="open">The status while the PSP's word is awaited.</param>
    private static async Task<IResult> AnswerAsync(Result<DisputeId> done, DisputeQueries queries, int open, CancellationToken cancellationToken)
    {
        if (done.IsRefused) return Problems.From(done.Refusal!);
        var dispute = (await queries.FindAsync(done.Value, mayReadEvidence: false, cancellationToken))!.Dispute;
        return Results.Json(DisputeBody.Of(dispute), ApiJson.Options, statusCode: dispute.Status.IsOver() ? 200 : open);
    }

    private static IResult NotFound(string id) => Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no dispute '{(id.Length > 60 ? id[..60] : id)}'.", "id"));
}

/// <summary>Evidence by the PSP's field names; <c>text</c> is short for the free text.</summary>
public sealed record EvidenceBody(string? Text, IReadOnlyDictionary<string, string?>? Evidence, bool? Submit)
{
    public Dictionary<string, string?> Texts()
    {
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (field, text) in Evidence ?? new Dictionary<string, string?>()) texts[field] = text;
        if (Text is not null) texts[EvidenceText.Free] = Text;
        return texts;
    }
}

/// <summary>A dispute on the wire.</summary>
public sealed record DisputeBody(
    string DisputeId, string Status, string CheckoutId, string Amount, string Fee, string Currency, string Reason, string ChargeId, string PspDisputeId, string Bearer, DateTimeOffset? DueBy, bool HasEvidence,
    DateTimeOffset? SubmittedAt, DateTimeOffset OpenedAt, DateTimeOffset UpdatedAt)
{
    public static DisputeBody Of(Dispute dispute)
    {
        var currency = Core.Common.Currency.Of(dispute.Currency);
        return new DisputeBody(
            dispute.DisputeId, dispute.Status.Word(), dispute.CheckoutId, new Money(dispute.Amount, currency).ToString(), new Money(dispute.Fee, currency).ToString(), dispute.Currency, dispute.Reason, dispute.ChargeId,
            dispute.PspDisputeId, dispute.Bearer.ToString().ToLowerInvariant(), dispute.DueBy, dispute.EvidenceVersion > 0, dispute.SubmittedAt, dispute.OpenedAt, dispute.UpdatedAt);
    }
}
