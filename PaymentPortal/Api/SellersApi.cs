using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;

namespace PaymentPortal.Api;

/// <summary>/api/v1/sellers. PUT is its own repeat: the same again changes nothing.</summary>
public static class SellersApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPut("/sellers/{seller}", PutAsync).WithMetadata(new RequiredScope(ApiScopes.WalletsWrite)).Accepts<PutSellerBody>("application/json").Produces<SellerBody>().WithName("putSeller");
        api.MapGet("/sellers/{seller}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.WalletsRead)).Produces<SellerBody>().WithName("getSeller");
    }

    public static async Task<IResult> PutAsync(string seller, HttpContext http, SellerDesk desk, SellerQueries queries, CancellationToken cancellationToken)
    {
        if (!SellerAccount.TryParse(seller, out var account))
            return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "An account is 1 to 100 of the characters A–Z, a–z, 0–9, dot, dash, underscore and @, and begins with a letter or digit.", "seller"));
        var body = await ApiBody.ReadAsync<PutSellerBody>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var sent = body.Value.Value;
        var bank = sent.BankAccount is { } one ? new BankRequest(one.Country, one.Currency, one.RoutingNumber, one.AccountNumber) : null;
        var request = SellerRules.Check(new SellerRequest(sent.Name, sent.Email, sent.Country, bank, sent.PspAccount, sent.PlatformFeeBp, sent.PayoutSchedule, sent.PayoutThreshold));
        if (request.IsRefused) return Problems.From(request.Refusal!);
        var stored = await desk.PutAsync(account, request.Value, Actor.ApiKey(http.Caller().Id), cancellationToken);
        return stored.IsRefused ? Problems.From(stored.Refusal!) : await GetAsync(seller, queries, cancellationToken);
    }

    public static async Task<IResult> GetAsync(string seller, SellerQueries queries, CancellationToken cancellationToken)
    {
        if (!SellerAccount.TryParse(seller, out var account) || await queries.FindAsync(account, cancellationToken) is not { } found)
            return Problems.From(new Refusal(RefusalCodes.NotFound, 404, "There is no such seller; a seller comes to be by his first checkout or by PUT.", "seller"));
        return ApiJson.Ok(SellerBody.Of(found, await queries.EmailAsync(account, cancellationToken)));
    }
}

/// <summary>The body of PUT /api/v1/sellers/{seller}: all of it, what is left out is taken away.</summary>
public sealed record PutSellerBody(
    string? Name, string? Email, string? Country, BankAccountBody? BankAccount, string? PspAccount, int? PlatformFeeBp, string? PayoutSchedule, string? PayoutThreshold);

/// <summary>A bank account as it is sent; it is never shown again but for its last four characters.</summary>
public sealed record BankAccountBody(string? Country, string? Currency, string? RoutingNumber, string? AccountNumber);

/// <summary>A seller on the wire.</summary>
public sealed record SellerBody(
    string SellerAccount, string? Name, string? Email, string? Country, string? PspAccount, bool PayoutsEnabled, string? BankLast4, string? BankCurrency, int? PlatformFeeBp, string PayoutSchedule, string? PayoutThreshold)
{
    public static SellerBody Of(SellerProfile seller, string? email) => new(
        seller.Account.Value, seller.Name, email, seller.Country, seller.PspAccount, seller.IsPayoutsEnabled, seller.BankLast4, seller.BankCurrency, seller.PlatformFeeBp,
        seller.Schedule.ToString().ToLowerInvariant(), seller.Threshold?.ToString());
}
