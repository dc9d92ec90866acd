using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;

namespace PaymentPortal.Api;

/// <summary>/api/v1/payouts</summary>
public static class PayoutsApi
{
    private const string Operation = "POST /api/v1/payouts";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/payouts", CreateAsync).WithMetadata(new RequiredScope(ApiScopes.PayoutsWrite)).Accepts<CreatePayoutBody>("application/json").Produces<PayoutBody>(201).WithName("createPayout");
        api.MapGet("/payouts", ListAsync).WithMetadata(new RequiredScope(ApiScopes.PayoutsRead)).Produces<ListBody<PayoutBody>>().WithName("listPayouts");
        api.MapGet("/payouts/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.PayoutsRead)).Produces<PayoutBody>().WithName("getPayout");
        api.MapPost("/payouts/{id}/cancel", CancelAsync).WithMetadata(new RequiredScope(ApiScopes.PayoutsWrite)).Produces<PayoutBody>().Produces<PayoutBody>(202).WithName("cancelPayout");
    }

    public static async Task<IResult> CreateAsync(HttpContext http, PayoutService payouts, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        var body = await ApiBody.ReadAsync<CreatePayoutBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, Operation, body.Value.Raw);
        var sent = body.Value.Value;
        var request = PayoutRules.Check(new PayoutRequest(sent.SellerAccount, sent.Amount, sent.Currency, sent.Reason));
        if (request.IsRefused) return Problems.From(request.Refusal!);
        var answer = await payouts.RequestAsync(request.Value, call, view => JsonSerializer.Serialize(PayoutBody.Of(view), ApiJson.Options), cancellationToken);
        return answer.IsRefused ? Problems.From(answer.Refusal!) : IdempotencyKeys.Answer(http, answer.Value);
    }

    public static async Task<IResult> GetAsync(string id, PayoutQueries queries, CancellationToken cancellationToken) =>
        Ids.TryParse<PayoutId>(id, out var payout) && await queries.FindAsync(payout, cancellationToken) is { } view ? ApiJson.Ok(PayoutBody.Of(view)) : NotFound(id);

    public static async Task<IResult> ListAsync(PayoutQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? status = null, string? seller_account = null)
    {
        var paging = Paging.Read<PayoutId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        var filter = new PayoutFilter();
        if (status is not null)
        {
            if (!PayoutStatuses.TryParse(status, out var wanted)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, $"The status is one of {string.Join(", ", PayoutStatuses.All.Select(one => one.Word()))}.", "status"));
            filter = filter with { Statuses = [wanted] };
        }
        if (seller_account is not null)
        {
            if (!SellerAccount.TryParse(seller_account, out var seller)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "This is no seller account.", "seller_account"));
            filter = filter with { Seller = seller };
        }
        var page = await queries.ListAsync(filter, paging.Value.After, null, isLast: false, paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<PayoutBody>([.. page.Rows.Select(PayoutBody.Of)], page.Next));
    }

    /// <summary>The wish itself is idempotent: asking twice is asking once, so the key is required and not stored.</summary>
    public static async Task<IResult> CancelAsync(string id, HttpContext http, PayoutService payouts, PayoutQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<PayoutId>(id, out var payout)) return NotFound(id);
        var status = await payouts.CancelAsync(payout, Actor.ApiKey(http.Caller().Id), cancellationToken);
        if (status.IsRefused) return Problems.From(status.Refusal!);
        var view = (await queries.FindAsync(payout, cancellationToken))!;
        // The PSP's word decides, not our wish.
        if (view.Status != PayoutStatus.Canceled && !view.IsCancelRequested && !view.IsTakingBack)
            return Problems.From(new Refusal(RefusalCodes.StateConflict, 409, $"The PSP did not cancel it: it is {view.Status.Word()}.", Money: view.Status == PayoutStatus.Paid ? MoneyEffect.Taken : MoneyEffect.None));
        return Results.Json(PayoutBody.Of(view), ApiJson.Options, statusCode: view.Status == PayoutStatus.Canceled ? 200 : 202);
    }

    private static IResult NotFound(string id) => Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no payout '{(id.Length > 60 ? id[..60] : id)}'.", "id"));
}

/// <summary>The body of POST /api/v1/payouts.</summary>
public sealed record CreatePayoutBody(string? SellerAccount, string? Amount, string? Currency, string? Reason);

/// <summary>A payout on the wire.</summary>
public sealed record PayoutBody(
    string PayoutId, string Status, string? SellerAccount, string Amount, string Currency, string? BankLast4, string? FailureCode, string? FailureMessage, DateTimeOffset? ArrivesAt, DateTimeOffset? PaidAt,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? ApprovalId)
{
    public static PayoutBody Of(PayoutView view) => new(
        view.Id.Value, view.Status.Word(), view.Seller?.Value, view.Amount.ToString(), view.Amount.Currency.Code, view.BankLast4, view.FailureCode, view.FailureMessage, view.ArrivesAt, view.PaidAt,
        view.CreatedAt, view.UpdatedAt, view.WaitsForApproval);
}
