using PaymentPortal.Core.Ledger;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Ledger;

public sealed class AccountTests
{
    [Theory]
    [InlineData("psp:clearing", AccountKind.Asset)]
    [InlineData("psp:in_transit", AccountKind.Asset)]
    [InlineData("psp:connected:seller-1", AccountKind.Asset)]
    [InlineData("bank:main", AccountKind.Asset)]
    [InlineData("seller:seller-1:payable", AccountKind.Liability)]
    [InlineData("seller:seller-1:held", AccountKind.Liability)]
    [InlineData("platform:fees", AccountKind.Income)]
    [InlineData("psp:fees", AccountKind.Expense)]
    [InlineData("refunds:open", AccountKind.Liability)]
    [InlineData("refunds:owed", AccountKind.Liability)]
    [InlineData("disputes:open", AccountKind.Asset)]
    [InlineData("disputes:lost", AccountKind.Expense)]
    [InlineData("suspense", AccountKind.Liability)]
    [InlineData("adjustments:writeoff", AccountKind.Expense)]
    public void Of_CodeOfTheChart_HasItsKindAndSpelling(string code, AccountKind kind)
    {
        var account = Account.Of(code);

        Assert.Equal((code, kind), (account.Code, account.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("psp:clearings")]
    [InlineData("PSP:CLEARING")]
    [InlineData("seller::payable")]
    [InlineData("seller:a")]
    [InlineData("seller:a:b:payable")]
    [InlineData("seller:a b:payable")]
    [InlineData("psp:connected:")]
    public void TryParse_CodeOutsideTheChart_IsRefused(string? code) => Assert.False(Account.TryParse(code, out _));

    [Fact]
    public void SellerAccounts_OfOneSeller_KnowHimAndTheirSide()
    {
        var (payable, held) = (Account.SellerPayable(Books.Seller()), Account.SellerHeld(Books.Seller()));

        Assert.True(payable is { IsSellerPayable: true, IsSellerHeld: false, IsWallet: true });
        Assert.True(held is { IsSellerPayable: false, IsSellerHeld: true, IsWallet: true });
        Assert.Equal(Books.Seller(), payable.Seller);
        Assert.Equal(payable, Account.Of(payable.Code));
    }
}
