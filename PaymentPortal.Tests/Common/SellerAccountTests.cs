using PaymentPortal.Core.Common;

namespace PaymentPortal.Tests.Common;

public sealed class SellerAccountTests
{
    [Theory]
    [InlineData("seller-1")]
    [InlineData("S")]
    [InlineData("shop_7.eu@example.com")]
    public void TryParse_PlainId_IsTaken(string text)
    {
        Assert.True(SellerAccount.TryParse(text, out var seller));
        Assert.Equal(text, seller.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("@a")]
    [InlineData("a\n")]
    [InlineData("ü")]
    [InlineData("a;b")]
    public void TryParse_WhatWouldBreakAnAccountCode_IsRefused(string? text) => Assert.False(SellerAccount.TryParse(text, out _));

    [Fact]
    public void TryParse_MoreThanAHundredCharacters_IsRefused() => Assert.False(SellerAccount.TryParse(new string('a', 101), out _));
}
