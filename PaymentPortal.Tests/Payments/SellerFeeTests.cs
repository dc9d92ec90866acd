using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

public sealed class SellerFeeTests
{
    /// <summary>Two orders of 12.50 in one checkout: seller-1 leaves the platform its default of 2.5 %, seller-2 what was agreed with him.</summary>
    [Theory]
    [InlineData(1000, 1125, 156)]
    [InlineData(0, 1250, 31)]
    [InlineData(10_000, 0, 1281)]
    public async Task Fee_OfASellersOwn_IsTakenFromHisOrderAlone(int basisPoints, long his, long platforms)
    {
        await using var engine = await StubEngine.StartAsync();
        await engine.Lane.RunAsync(unit => unit.Execute("INSERT INTO seller_accounts (seller_account, created_at, platform_fee_bp) VALUES ('seller-2', $1, $2)", unit.Now, basisPoints), CancellationToken.None);

        await engine.PaidAsync();

        Assert.Equal((-1219, -his, -platforms), (await SumAsync(engine, "seller:seller-1:payable"), await SumAsync(engine, "seller:seller-2:payable"), await SumAsync(engine, "platform:fees")));
        Assert.Empty(await engine.BrokenAsync());
    }

    private static Task<long> SumAsync(StubEngine engine, string account) => engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = $1", account);
}
