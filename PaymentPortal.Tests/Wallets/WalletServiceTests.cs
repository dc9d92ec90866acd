using PaymentPortal.Core.Wallets;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Wallets;

public sealed class WalletServiceTests
{
    [Fact]
    public async Task EnsureSeller_UsedTwice_IsCreatedOnce()
    {
        await using var store = await TestStore.CreateAsync();
        var wallets = new WalletService();

        var first = await store.RunAsync(unit => wallets.EnsureSeller(unit, Books.Seller()));
        var again = await store.RunAsync(unit => wallets.EnsureSeller(unit, Books.Seller()));

        Assert.Equal(first, again);
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM seller_accounts"));
    }

    [Fact]
    public async Task EnsureSeller_WithAFeeOfHisOwn_ReturnsIt()
    {
        await using var store = await TestStore.CreateAsync();
        await store.ExecuteAsync("INSERT INTO seller_accounts (seller_account, created_at, platform_fee_bp) VALUES ('seller-1', 0, 250)");

        var seller = await store.RunAsync(unit => new WalletService().EnsureSeller(unit, Books.Seller()));

        Assert.Equal(250, seller.PlatformFeeBasisPoints);
    }
}
