using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>The limits of acts alone, as the settings give them: for one currency its own, for the rest one.</summary>
public sealed class ApprovalSettingsTests
{
    [Fact]
    public void Limits_OfOneCurrency_HoldForItAlone_AndTakeTheRestFromAll()
    {
        var limits = Read(("Approvals:Single", "5000"), ("Approvals:JPY:Single", "700000"), ("Approvals:JPY:Daily", "900000"), ("Approvals:ExpireHours", "5"));

        var usual = ApprovalLimits.Usual.Default;
        Assert.Equal(new ApprovalLimit(5_000, usual.Daily, usual.CheckerDaily, usual.Redrive), limits.Of(Currency.Of("USD")));
        Assert.Equal(new ApprovalLimit(700_000, 900_000, usual.CheckerDaily, usual.Redrive), limits.Of(Currency.Of("JPY")));
        Assert.Equal(TimeSpan.FromHours(5), limits.Patience);
    }

    [Theory]
    [InlineData("Approvals:ZZZ:Single", "5", "Approvals:ZZZ")]
    [InlineData("Approvals:Single", "-1", "Approvals:Single")]
    [InlineData("Approvals:EUR:Daily", "1.5", "Approvals:EUR:Daily")]
    [InlineData("Approvals:ExpireHours", "0", "Approvals:ExpireHours")]
    public void Limits_ThatCantBe_StopTheStart_AndNameTheKey(string key, string value, string named) =>
        Assert.Contains(named, Assert.Throws<StartRefusedException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    private static ApprovalLimits Read(params (string Key, string Value)[] values) =>
        PortalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Append(("urls", "http://127.0.0.1:5080")).ToDictionary(one => one.Item1, one => (string?)one.Item2)).Build(), new StubEnvironment(Environments.Development)).ApprovalLimits;
}
