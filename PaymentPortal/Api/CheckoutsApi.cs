using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Api;

/// <summary>/api/v1/checkouts</summary>
public static class CheckoutsApi
{
    private const string Operation = "POST /api/v1/checkouts";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/checkouts", CreateAsync).WithMetadata(new RequiredScope(ApiScopes.PaymentsWrite))
            .Accepts<CreateCheckoutBody>("application/json").Produces<CheckoutBody>(201).WithName("createCheckout");
        api.MapGet("/checkouts", ListAsync).WithMetadata(new RequiredScope(ApiScopes.PaymentsRead)).Produces<ListBody<CheckoutBody>>().WithName("listCheckouts");
        api.MapGet("/checkouts/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.PaymentsRead)).Produces<CheckoutBody>().WithName("getCheckout");
        api.MapPost("/checkouts/{id}/cancel", CancelAsync).WithMetadata(new RequiredScope(ApiScopes.PaymentsWrite)).Produces<CheckoutBody>().Produces<CheckoutBody>(202).WithName("cancelCheckout");
    }

    public static async Task<IResult> CreateAsync(HttpContext http, PaymentService payments, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        var body = await ApiBody.ReadAsync<CreateCheckoutBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, Operation, body.Value.Raw);
        var request = CheckoutRules.Check(body.Value.Value.ToRequest());
        if (request.IsRefused) return Problems.From(request.Refusal!);
        var answer = await payments.CreateAsync(request.Value, call, view => JsonSerializer.Serialize(CheckoutBody.Of(view), ApiJson.Options), cancellationToken);
        return answer.IsRefused ? Problems.From(answer.Refusal!) : IdempotencyKeys.Answer(http, answer.Value);
    }

    public static async Task<IResult> GetAsync(string id, CheckoutQueries queries, CancellationToken cancellationToken)
    {
        if (!Ids.TryParse<CheckoutId>(id, out var checkout) || await queries.FindAsync(checkout, cancellationToken) is not { } view) return NotFound(id);
        return ApiJson.Ok(CheckoutBody.Of(view));
    }

    public static async Task<IResult> ListAsync(CheckoutQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? status = null, string? reference = null)
    {
        var paging = Paging.Read<CheckoutId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        PaymentOrderStatus? wanted = null;
        if (status is not null)
        {
            if (!StatusWords.TryParse(status, out var parsed)) return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The status is one of NOT_STARTED, EXECUTING, SUCCESS, FAILED, EXPIRED, CANCELED.", "status"));
            wanted = parsed;
        }
        var page = await queries.ListAsync(paging.Value.After, paging.Value.Limit, wanted, reference, cancellationToken);
        return ApiJson.Ok(new ListBody<CheckoutBody>([.. page.Items.Select(CheckoutBody.Of)], page.Next));
    }

    /// <summary>The wish itself is idempotent: asking twice is asking once, so the key is required and not stored.</summary>
    public static async Task<IResult> CancelAsync(string id, HttpContext http, PaymentService payments, CheckoutQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<CheckoutId>(id, out var checkout)) return NotFound(id);
        var status = await payments.CancelAsync(checkout, Actor.ApiKey(http.Caller().Id), cancellationToken);
        if (status.IsRefused) return Problems.From(status.Refusal!);
        // The last try may have brought a success instead: the PSP's word decides, not our wish.
        if (status.Value is PaymentOrderStatus.Success or PaymentOrderStatus.Failed)
            return Problems.From(new Refusal(RefusalCodes.StateConflict, 409, $"The PSP says that this checkout is {status.Value.Word()}; it was not cancelled.", Money: status.Value == PaymentOrderStatus.Success ? MoneyEffect.Taken : MoneyEffect.None));
        var view = await queries.FindAsync(checkout, cancellationToken);
        return Results.Json(CheckoutBody.Of(view!), ApiJson.Options, statusCode: status.Value.IsFinal() ? 200 : 202);
    }

    private static IResult NotFound(string id) => Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no checkout '{(id.Length > 60 ? id[..60] : id)}'.", "id"));
}
