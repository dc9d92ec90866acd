using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Api;

/// <summary>/api/v1/error-codes: the one catalogue that portal, checkout page, policies and documents speak by.</summary>
public static class ErrorCodesApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/error-codes", List).WithMetadata(new RequiredScope(ApiScopes.PaymentsRead)).Produces<ListBody<ErrorCodeBody>>().WithName("listErrorCodes");

    /// <summary>Whole, because it is part of the program and changes with it only.</summary>
    public static IResult List() => ApiJson.Ok(new ListBody<ErrorCodeBody>([.. PspErrorCatalogue.All.Select(ErrorCodeBody.Of)], null));
}

/// <summary>A code of the catalogue on the wire. <see cref="Money"/> is what the failed call can have done: none, taken or unknown.</summary>
public sealed record ErrorCodeBody(string Code, string Meaning, string Money, string WhoActs, string RetryClass, bool FinalForCard, string Advice, string CustomerText)
{
    public static ErrorCodeBody Of(ErrorText text) => new(
        text.Code, text.What, text.Money.ToString().ToLowerInvariant(), Word(text.Who), text.Retry.ToString().ToLowerInvariant(), text.IsForGood, text.Next, text.CustomerText);

    private static string Word(ErrorOwner owner) => owner switch
    {
        ErrorOwner.Customer => "customer",
        ErrorOwner.Support => "support",
        ErrorOwner.Finance => "finance",
        ErrorOwner.Admin => "admin",
        ErrorOwner.ShopDeveloper => "shop_developer",
        ErrorOwner.Psp => "psp",
    };
}
