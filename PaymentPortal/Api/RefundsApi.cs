using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Refunds;

namespace PaymentPortal.Api;

/// <summary>/api/v1/refunds</summary>
public static class RefundsApi
{
    private const string Path = "/refunds";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost(Path, CreateAsync).WithMetadata(new RequiredScope(ApiScopes.RefundsWrite))
            .Accepts<CreateRefundBody>("application/json").Produces<RefundBody>(201).Produces<RefundPreviewBody>().WithName("createRefund");
        api.MapGet(Path, ListAsync).WithMetadata(new RequiredScope(ApiScopes.RefundsRead)).Produces<ListBody<RefundBody>>().WithName("listRefunds");
        api.MapGet(Path + "/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.RefundsRead)).Produces<RefundBody>().WithName("getRefund");
        api.MapPost(Path + "/{id}/cancel", CancelAsync).WithMetadata(new RequiredScope(ApiScopes.RefundsWrite)).Produces<RefundBody>().WithName("cancelRefund");
    }

    /// <summary>With dry_run=true nothing is stored, no key is needed, and the answer is what the refund would do.</summary>
    public static async Task<IResult> CreateAsync(HttpContext http, RefundService refunds, CancellationToken cancellationToken, string? dry_run = null)
    {
        if (dry_run is not (null or "true" or "false")) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "dry_run is true or false.", "dry_run"));
        if (dry_run == "true") return await PreviewAsync(http, refunds, cancellationToken);
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        var body = await ApiBody.ReadAsync<CreateRefundBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, "POST /api/v1/refunds", body.Value.Raw);
        var answer = await refunds.AskAsync(body.Value.Value.ToAsk(), call, Actor.ApiKey(http.Caller().Id), refund => JsonSerializer.Serialize(RefundBody.Of(refund), ApiJson.Options), cancellationToken);
        return answer.IsRefused ? Problems.From(answer.Refusal!) : IdempotencyKeys.Answer(http, answer.Value);
    }

    public static async Task<IResult> GetAsync(string id, RefundQueries queries, CancellationToken cancellationToken) =>
        Ids.TryParse<RefundId>(id, out var refund) && await queries.FindAsync(refund, cancellationToken) is { } found ? ApiJson.Ok(RefundBody.Of(found.Refund)) : NotFound(id);

    public static async Task<IResult> ListAsync(
        RefundQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? status = null, string? payment_order_id = null, string? checkout_id = null)
    {
        var paging = Paging.Read<RefundId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        RefundStatus? wanted = null;
        if (status is not null)
        {
            if (!RefundWords.TryParse(status, out var parsed)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The status is one of REQUESTED, APPROVED, SENT, SUCCEEDED, REFUSED, CANCELED, FAILED.", "status"));
            wanted = parsed;
        }
        var slice = await queries.ListAsync(new RefundFilter(wanted, checkout_id, payment_order_id), new PagePlace(After: paging.Value.After), paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<RefundBody>([.. slice.Rows.Select(RefundBody.Of)], slice.Next));
    }

    /// <summary>Asking twice is asking once, so the key is required and not stored.</summary>
    public static async Task<IResult> CancelAsync(string id, HttpContext http, RefundService refunds, RefundQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<RefundId>(id, out var refund)) return NotFound(id);
        var canceled = await refunds.CancelAsync(refund, Actor.ApiKey(http.Caller().Id), cancellationToken);
        return canceled.IsRefused ? Problems.From(canceled.Refusal!) : ApiJson.Ok(RefundBody.Of((await queries.FindAsync(refund, cancellationToken))!.Refund));
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, RefundService refunds, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<CreateRefundBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var preview = await refunds.PreviewAsync(body.Value.Value.ToAsk(), cancellationToken);
        return preview.IsRefused ? Problems.From(preview.Refusal!) : ApiJson.Ok(RefundPreviewBody.Of(preview.Value));
    }

    private static IResult NotFound(string id) => Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no refund '{(id.Length > 60 ? id[..60] : id)}'.", "id"));
}

/// <summary>The body of POST /api/v1/refunds.</summary>
public sealed record CreateRefundBody(string? PaymentOrderId, string? Amount, string? Reason)
{
    public RefundAsk ToAsk() => new(PaymentOrderId, Amount, Reason);
}

/// <summary>A refund on the wire.</summary>
public sealed record RefundBody(
    string RefundId, string Status, string? PaymentOrderId, string CheckoutId, string? SellerAccount, string Amount, string PlatformFee, string Currency, string Reason, string Source,
    string? ApprovalId, string? PspRefundId, string? FailureReason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static RefundBody Of(Refund refund)
    {
        var currency = Core.Common.Currency.Of(refund.Currency);
        return new RefundBody(
            refund.RefundId, refund.Status.Word(), refund.PaymentOrderId, refund.CheckoutId, refund.SellerAccount, new Money(refund.Amount, currency).ToString(), new Money(refund.PlatformFee, currency).ToString(),
            refund.Currency, refund.Reason, JsonNamingPolicy.SnakeCaseLower.ConvertName(refund.Source.ToString()), refund.ApprovalId, refund.PspRefundId, refund.FailureReason, refund.CreatedAt, refund.UpdatedAt);
    }
}

/// <summary>A line of an entry that a refund would book; a debit is above zero.</summary>
public sealed record PreviewLineBody(string Entry, string Account, string Amount);

/// <summary>What a refund would do.</summary>
public sealed record RefundPreviewBody(string Amount, string PlatformFee, string Currency, string Left, string? PayableBefore, string? PayableAfter, IReadOnlyList<PreviewLineBody> Lines)
{
    public static RefundPreviewBody Of(RefundPreview preview) => new(
        preview.Amount.ToString(), preview.Fee.ToString(), preview.Amount.Currency.Code, preview.Left.ToString(), preview.PayableBefore?.ToString(), preview.PayableAfter?.ToString(),
        [.. preview.Entries.SelectMany(entry => entry.Postings.Select(line => new PreviewLineBody(entry.Kind.ToString(), line.Account.Code, line.Amount.ToString())))]);
}
