using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

/// <summary>What a key may do with money going out and back: each address wants its own scope, and every other scope together is not enough.</summary>
[Collection(EngineCollection.Name)]
public sealed class ScopesApiTests(EngineHost host)
{
    [Theory]
    [InlineData("POST", "refunds", ApiScopes.RefundsWrite)]
    [InlineData("GET", "refunds", ApiScopes.RefundsRead)]
    [InlineData("GET", "refunds/rfd_1", ApiScopes.RefundsRead)]
    [InlineData("POST", "refunds/rfd_1/cancel", ApiScopes.RefundsWrite)]
    [InlineData("POST", "payouts", ApiScopes.PayoutsWrite)]
    [InlineData("GET", "payouts", ApiScopes.PayoutsRead)]
    [InlineData("GET", "payouts/out_1", ApiScopes.PayoutsRead)]
    [InlineData("POST", "payouts/out_1/cancel", ApiScopes.PayoutsWrite)]
    [InlineData("GET", "disputes", ApiScopes.DisputesRead)]
    [InlineData("GET", "disputes/dsp_1", ApiScopes.DisputesRead)]
    [InlineData("POST", "disputes/dsp_1/evidence", ApiScopes.DisputesWrite)]
    [InlineData("POST", "disputes/dsp_1/accept", ApiScopes.DisputesWrite)]
    [InlineData("GET", "wallets/nobody", ApiScopes.WalletsRead)]
    [InlineData("GET", "sellers/nobody", ApiScopes.WalletsRead)]
    [InlineData("PUT", "sellers/nobody", ApiScopes.WalletsWrite)]
    [InlineData("GET", "ledger/accounts", ApiScopes.LedgerRead)]
    [InlineData("GET", "ledger/entries", ApiScopes.LedgerRead)]
    public async Task Address_WantsItsOwnScope_AndNoOther(string method, string path, string scope)
    {
        // Who may write may read.
        string[] enough = scope.EndsWith(":read", StringComparison.Ordinal) ? [scope, scope[..^4] + "write"] : [scope];
        var others = ApiScopes.All.Except([ApiScopes.Everything, .. enough]).ToList();

        Assert.Equal(403, await StatusAsync(method, path, others));
        foreach (var one in enough) Assert.NotEqual(403, await StatusAsync(method, path, [one]));
    }

    /// <summary>An empty body: where the scope is enough, the next check says what is wrong with it.</summary>
    private async Task<int> StatusAsync(string method, string path, IReadOnlyList<string> scopes)
    {
        var key = await host.Services.GetRequiredService<ApiKeyService>().CreateAsync("scoped", [.. scopes], null, Actor.Program("test"), CancellationToken.None);
        using var client = new EngineClient(host.Address, key.Value.Key);
        var answer = method == "GET" ? await client.GetAsync("/api/v1/" + path) : await client.SendAsync(new HttpMethod(method), "/api/v1/" + path, "{}");
        return answer.Status;
    }
}
