using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Cli;

public sealed class SeedDemoVerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("portal-demo-").FullName;

    [Fact]
    public async Task SeedDemo_OfAFewPayments_LeavesBooksThatVerify()
    {
        var made = await VerbRun.StartAsync(["seed-demo", "--count", "40", "--Data:Directory", _directory, "--urls", $"http://127.0.0.1:{FreePort.Find()}"]);
        var verified = await VerbRun.StartAsync(["verify", "--Data:Directory", _directory]);

        Assert.True(made.Exit == 0, made.Errors);
        Assert.Contains("40 payments", made.Output, StringComparison.Ordinal);
        // Without a terminal the bar is a line every tenth.
        Assert.Equal(Enumerable.Range(1, 10).Select(tenth => $"{tenth * 4} of 40 payments"), made.Errors.Split('\n').Where(line => line.Contains(" of 40 payments", StringComparison.Ordinal)).Select(line => line.Split(',')[0]));
        Assert.True(verified.Exit == 0, verified.Output + verified.Errors);
        Assert.Contains("not checked  quiet-01", verified.Output, StringComparison.Ordinal);
        Assert.Matches("not checked  psp-books[^\n]*\n *Stripe does not answer", verified.Output);
    }

    [Fact]
    public async Task SeedDemo_BesideAServer_IsRefused()
    {
        using var server = StoreLock.Take(_directory);

        var made = await VerbRun.StartAsync(["seed-demo", "--count", "1", "--Data:Directory", _directory]);

        Assert.Equal(2, made.Exit);
        Assert.Contains(_directory, made.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfOneSeed_IsAlwaysTheSame() =>
        Assert.Equal(Stories(7), Stories(7));

    [Fact]
    public void Plan_OfTheDefaultSize_HoldsEveryStoryCurrencyAndStatus()
    {
        var all = DemoPlan.Make(2026, 2_000).SelectMany(chunk => chunk).ToList();

        Assert.Equal(2_000, all.Count);
        Assert.Equal(Enum.GetValues<DemoStory>().Order(), all.Select(payment => payment.Story).Distinct().Order());
        Assert.Equal(Enum.GetValues<PaymentOrderStatus>().Order(), all.Select(payment => payment.End).Distinct().Order());
        Assert.Equal(["EUR", "JPY", "KWD", "USD"], all.Select(payment => payment.Body.Currency).Distinct().Order(StringComparer.Ordinal));
        Assert.True(all.SelectMany(Sellers).Distinct().Count() > 5, "The shop sells for a handful of makers.");
        Assert.Contains(all, payment => Sellers(payment).Distinct().Count() > 1);
        Assert.Contains(all, payment => Sellers(payment).Count() == 1);
        Assert.All(all, payment => Assert.False(CheckoutRules.Check(payment.Body.ToRequest()).IsRefused));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static IEnumerable<string?> Sellers(DemoPayment payment) => payment.Body.Orders!.Select(order => order!.SellerAccount);

    private static List<string> Stories(ulong seed) => [.. DemoPlan.Make(seed, 200).SelectMany(chunk => chunk).Select(payment => $"{payment.Story} {payment.Body.Currency} {payment.Body.Orders![0]!.Amount} {payment.Body.BuyerEmail}")];
}
