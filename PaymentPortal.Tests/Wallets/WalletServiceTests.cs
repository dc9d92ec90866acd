using PaymentPortal.Core.Ledger;
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

    /// <summary>SQLite would make a floating number of the sum, and the cents were lost without a word.</summary>
    [Theory]
    [InlineData(3_999_999_999_999_999_000)]
    [InlineData(long.MaxValue - 999)]
    public async Task Wallet_NearTheEndOfItsNumbers_RefusesMoreAndStaysAsItIs(long payable)
    {
        await using var store = await TestStore.CreateAsync();
        await store.ExecuteAsync($"INSERT INTO wallet_balances (seller_account, currency, payable, held) VALUES ('seller-1', 'USD', {payable}, 0)");

        await Assert.ThrowsAsync<OverflowException>(() => store.RunAsync(unit => new Journal(store.Chain).Post(unit, Books.PayIn("ord_1", 1001, 0))));

        Assert.Equal(1, await store.ScalarAsync($"SELECT COUNT(*) FROM wallet_balances WHERE payable = {payable} AND typeof(payable) = 'integer'"));
        Assert.Equal(0, await store.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
    }
}
