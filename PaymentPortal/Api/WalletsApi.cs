using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Api;

/// <summary>/api/v1/wallets</summary>
public static class WalletsApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/wallets/{seller}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.WalletsRead)).Produces<WalletBody>().WithName("getWallet");

    public static async Task<IResult> GetAsync(string seller, WalletQueries wallets, CancellationToken cancellationToken)
    {
        if (!SellerAccount.TryParse(seller, out var account) || await wallets.FindAsync(account, cancellationToken) is not { } found)
            return Problems.From(new Refusal(RefusalCodes.NotFound, 404, "There is no such seller; a seller comes to be by his first checkout.", "seller"));
        return ApiJson.Ok(new WalletBody(account.Value, [.. found.Balances.Select(balance => new BalanceBody(
            balance.Payable.Currency.Code, balance.Payable.ToString(), balance.Held.ToString(), balance.Withdrawable.ToString()))]));
    }
}

/// <summary>A seller's wallet on the wire.</summary>
public sealed record WalletBody(string SellerAccount, IReadOnlyList<BalanceBody> Balances);

/// <summary>What we owe a seller in one currency.</summary>
public sealed record BalanceBody(string Currency, string Payable, string Held, string Withdrawable);
