using PaymentPortal.Pages;

namespace PaymentPortal.Tests.Pages;

public sealed class NavigationMapTests
{
    [Fact]
    public void Groups_EveryEntry_LeadsToAPageThatExists() =>
        Assert.All(NavigationMap.Groups.SelectMany(group => group.Entries), entry => Assert.True(NavigationMap.Has(entry.Path), entry.Path));

    [Fact]
    public void Groups_NoLetter_IsUsedTwice()
    {
        var letters = NavigationMap.Groups.SelectMany(group => group.Entries).Select(entry => entry.Key).Where(key => key.Length > 0).ToArray();
        Assert.Equal(letters.Distinct(), letters);
    }

    [Theory]
    [InlineData("/", "Home")]
    [InlineData("/payments", "Payments")]
    [InlineData("/payments/chk_1", "Payments")]
    [InlineData("/recon", "Reconciliation")]
    [InlineData("/recon/runs/stl_1", "Reconciliation")]
    [InlineData("/recon/mismatches", "Mismatches")]
    [InlineData("/recon/mismatches/mm_1", "Mismatches")]
    [InlineData("/reconsider", null)]
    public void Here_IsTheNearestPlaceThatHoldsTheAddress(string path, string? label) => Assert.Equal(label, NavigationMap.Here(path)?.Label);

    [Fact]
    public void DeadLetter_ByItsId_IsLookedForAmongTheItems() => Assert.Equal("/ops/dead-letters/items?q=dl_1", GoMap.Target("dl_1"));
}
