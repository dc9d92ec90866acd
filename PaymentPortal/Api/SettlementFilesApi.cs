using Microsoft.AspNetCore.Http.Features;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Api;

/// <summary>/api/v1/settlement-files and /api/v1/mismatches</summary>
public static class SettlementFilesApi
{
    private const string Path = "/settlement-files";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost(Path, UploadAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationWrite)).Produces<SettlementFileBody>(201).WithName("uploadSettlementFile");
        api.MapGet(Path, ListAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationRead)).Produces<ListBody<SettlementFileBody>>().WithName("listSettlementFiles");
        api.MapGet(Path + "/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationRead)).Produces<SettlementFileBody>().WithName("getSettlementFile");
        api.MapPost(Path + "/{id}/accept", AcceptAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationWrite)).Produces<SettlementFileBody>().WithName("acceptSettlementFile");
        api.MapPost(Path + "/{id}/roll-back", RollBackAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationWrite))
            .Accepts<RollBackBody>("application/json").Produces<SettlementFileBody>().WithName("rollBackSettlementFile");
        api.MapGet("/mismatches", MismatchesAsync).WithMetadata(new RequiredScope(ApiScopes.ReconciliationRead)).Produces<ListBody<MismatchBody>>().WithName("listMismatches");
    }

    /// <summary>The body is the file itself. Its SHA-256 tells a repeat, so the key is required and not stored.</summary>
    public static async Task<IResult> UploadAsync(HttpContext http, SettlementGate gate, ReconciliationQueries queries, CancellationToken cancellationToken, string? name = null)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (http.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
            return Problems.From(new Refusal(RefusalCodes.WrongContentType, 415, "Send the file as it is, as text/csv; archives are not opened. Nothing was stored."));
        if (http.Request.ContentLength > SettlementGate.MostBytes) return Problems.From(SettlementGate.TooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = SettlementGate.MostBytes;
        var staged = await gate.StageAsync(new IncomingFile(name ?? "upload.csv", SettlementOrigin.Api, Actor.ApiKey(http.Caller().Id)), http.Request.Body, cancellationToken);
        return staged.IsRefused ? Problems.From(staged.Refusal!) : await AnswerAsync(staged.Value, queries, 201, cancellationToken);
    }

    public static async Task<IResult> ListAsync(ReconciliationQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null)
    {
        var paging = Paging.Read<SettlementFileId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        var page = await queries.FilesAsync(paging.Value.After, paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<SettlementFileBody>([.. page.Items.Select(row => SettlementFileBody.Of(row.File))], page.Next));
    }

    public static async Task<IResult> GetAsync(string id, ReconciliationQueries queries, CancellationToken cancellationToken) =>
        Ids.TryParse<SettlementFileId>(id, out var file) ? await AnswerAsync(file, queries, 200, cancellationToken) : NotFound(id);

    /// <summary>Accepting twice is accepting once.</summary>
    public static async Task<IResult> AcceptAsync(string id, HttpContext http, SettlementDesk desk, ReconciliationQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<SettlementFileId>(id, out var file)) return NotFound(id);
        var accepted = await desk.AcceptAsync(file, Actor.ApiKey(http.Caller().Id), cancellationToken);
        return accepted.IsRefused ? Problems.From(accepted.Refusal!) : await AnswerAsync(file, queries, 200, cancellationToken);
    }

    public static async Task<IResult> RollBackAsync(string id, HttpContext http, SettlementDesk desk, ReconciliationQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<SettlementFileId>(id, out var file)) return NotFound(id);
        var body = await ApiBody.ReadAsync<RollBackBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var done = await desk.RollBackAsync(file, Actor.ApiKey(http.Caller().Id), body.Value.Value.Reason ?? "", cancellationToken);
        return done.IsRefused ? Problems.From(done.Refusal!) : await AnswerAsync(file, queries, 200, cancellationToken);
    }

    /// <summary>Newest first; closed ones too with all=true.</summary>
    public static async Task<IResult> MismatchesAsync(
        ReconciliationQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? kind = null, string? settlement_file = null, string? all = null)
    {
        var paging = Paging.Read<MismatchId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        if (all is not (null or "true" or "false")) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "all is true or false.", "all"));
        MismatchKind? wanted = null;
        if (kind is not null)
        {
            if (Enum.GetValues<MismatchKind>().Where(one => MismatchBody.Word(one) == kind).ToList() is not [var found])
                return Problems.From(new Refusal(RefusalCodes.Invalid, 422, $"The kind is one of {string.Join(", ", Enum.GetValues<MismatchKind>().Select(one => MismatchBody.Word(one)))}.", "kind"));
            wanted = found;
        }
        var page = await queries.MismatchesAsync(new MismatchFilter(Kind: wanted, FileId: settlement_file, IsClosedToo: all == "true"), paging.Value.After, paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<MismatchBody>([.. page.Items.Select(MismatchBody.Of)], page.Next));
    }

    private static async Task<IResult> AnswerAsync(SettlementFileId id, ReconciliationQueries queries, int status, CancellationToken cancellationToken) =>
        await queries.FindFileAsync(id, cancellationToken) is { } file ? Results.Json(SettlementFileBody.Of(file), ApiJson.Options, statusCode: status) : NotFound(id.Value);

    private static IResult NotFound(string id) => Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no settlement file '{(id.Length > 60 ? id[..60] : id)}'.", "id"));
}
