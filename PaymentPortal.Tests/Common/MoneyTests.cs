using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Tests.Common;

public sealed class MoneyTests
{
    private static readonly Arbitrary<long> Minors = Arb.From(
        Gen.OneOf(Gen.Choose(-200, 200).Select(n => (long)n), ArbMap.Default.GeneratorFor<long>().Select(n => n % (Money.Limit + 1))));

    private static readonly Arbitrary<Currency> Currencies = Arb.From(Gen.Elements(Currency.All.ToArray()));

    /// <summary>Written apart from the product's table, from the published list of ISO 4217: every active code that has other than two decimals.</summary>
    private const string NotTwo = """
        0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF
        3 BHD IQD JOD KWD LYD OMR TND
        4 CLF UYW
        """;

    [Fact]
    public void Exponent_OfEveryCurrency_IsThatOfIso4217()
    {
        var wanted = NotTwo.Split('\n').SelectMany(line => line.Split(' ')[1..].Select(code => (code, line[0] - '0'))).ToDictionary();

        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), Currency.All.Where(currency => currency.Exponent != 2).Select(currency => currency.Code).Order(StringComparer.Ordinal));
        Assert.All(Currency.All, currency => Assert.Equal(wanted.GetValueOrDefault(currency.Code, 2), currency.Exponent));
        Assert.Equal(158, Currency.All.Count);
    }

    [Fact]
    public void Text_OfAnyAmount_ReadsBackAsTheSameAmount() =>
        Prop.ForAll(Minors, Currencies, (minor, currency) =>
        {
            var money = new Money(Math.Abs(minor), currency);
            Assert.True(Money.TryParse(money.ToString(), currency, out var back, out _));
            Assert.Equal(money, back);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_AnyText_ReadsOnlyTheOneSpellingOfAnAmount() =>
        Prop.ForAll(Arb.From(Gen.Elements("0", "1", "9", ".", "-", "+", ",", " ", "e", "٣").ArrayOf()), Currencies, (parts, currency) =>
        {
            var text = string.Concat(parts);
            if (Money.TryParse(text, currency, out var money, out var fault)) Assert.Equal(text, money.ToString());
            else Assert.Matches("^(is missing|is larger than any amount we can book|must (be digits with at most one decimal point, like|have no decimals in|have exactly|not start with) ?.*)$", fault);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("12.50", "USD", 1250)]
    [InlineData("0.05", "USD", 5)]
    [InlineData("1250", "JPY", 1250)]
    [InlineData("1.250", "KWD", 1250)]
    [InlineData("10000000000000.00", "USD", 1_000_000_000_000_000)]
    public void TryParse_AmountInItsCurrency_IsRead(string text, string currency, long minor)
    {
        Assert.True(Money.TryParse(text, Currency.Of(currency), out var money, out _));
        Assert.Equal(minor, money.Minor);
        Assert.Equal(text, money.ToString());
    }

    [Theory]
    [InlineData("12.5", "USD")]
    [InlineData("12", "USD")]
    [InlineData("12.500", "USD")]
    [InlineData("1250.0", "JPY")]
    [InlineData("1.25", "KWD")]
    [InlineData("-1.00", "USD")]
    [InlineData("+1.00", "USD")]
    [InlineData("01.00", "USD")]
    [InlineData("1,000.00", "USD")]
    [InlineData(" 1.00", "USD")]
    [InlineData("1.00\n", "USD")]
    [InlineData(".50", "USD")]
    [InlineData("1.", "USD")]
    [InlineData("1e2", "JPY")]
    [InlineData("٣", "JPY")]
    [InlineData("", "USD")]
    [InlineData(null, "USD")]
    [InlineData("10000000000000.01", "USD")]
    [InlineData("99999999999999999999999999.00", "USD")]
    public void TryParse_AnythingElse_IsRefusedWithAReason(string? text, string currency)
    {
        Assert.False(Money.TryParse(text, Currency.Of(currency), out _, out var fault));
        Assert.False(string.IsNullOrEmpty(fault));
    }

    [Fact]
    public void Split_ByAnyWeights_AddsUpAndIsFair() =>
        Prop.ForAll(Minors, Arb.From(Gen.Choose(0, 1_000_000).Select(n => (long)n).NonEmptyListOf()), (minor, list) =>
        {
            var weights = list.ToArray();
            if (weights.All(weight => weight == 0)) return;
            var parts = new Money(minor, Currency.Of("USD")).Split(weights);
            var total = weights.Aggregate(BigInteger.Zero, (sum, weight) => sum + weight);
            Assert.Equal(minor, parts.Sum(part => part.Minor));
            for (var at = 0; at < weights.Length; at++)
            {
                // Largest remainder: no part is a whole unit away from its exact share, and one without weight gets nothing.
                var off = (new BigInteger(parts[at].Minor) * total) - (new BigInteger(minor) * weights[at]);
                Assert.True(BigInteger.Abs(off) < total);
                if (weights[at] == 0) Assert.Equal(0, parts[at].Minor);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Split_EqualRemainders_FavourTheEarlierPart() =>
        Assert.Equal([4L, 3, 3], new Money(10, Currency.Of("USD")).Split([1, 1, 1]).Select(part => part.Minor));

    [Fact]
    public void Split_WithoutAWeight_Throws()
    {
        var money = new Money(10, Currency.Of("USD"));

        Assert.Throws<ArgumentException>(() => money.Split([]));
        Assert.Throws<ArgumentException>(() => money.Split([0, 0]));
        Assert.Throws<ArgumentException>(() => money.Split([2, -1]));
    }

    [Fact]
    public void BasisPoints_OfAnyAmount_AreTheExactShareRoundedHalfUpOnTheMagnitude() =>
        Prop.ForAll(Minors, Arb.From(Gen.Choose(0, 10_000)), (minor, basisPoints) =>
        {
            var share = new Money(minor, Currency.Of("USD")).BasisPoints(basisPoints);
            var exact = BigInteger.Abs(minor) * basisPoints;
            var rounded = (exact / 10_000) + (exact % 10_000 >= 5_000 ? 1 : 0);
            Assert.Equal(minor < 0 ? -rounded : rounded, new BigInteger(share.Minor));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void BasisPoints_OutsideTheWhole_Throw(int basisPoints) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Money(10, Currency.Of("USD")).BasisPoints(basisPoints));

    [Fact]
    public void Arithmetic_AcrossCurrenciesOrPastALong_Throws()
    {
        var (usd, jpy) = (new Money(1, Currency.Of("USD")), new Money(1, Currency.Of("JPY")));

        Assert.Throws<InvalidOperationException>(() => usd + jpy);
        Assert.Throws<InvalidOperationException>(() => usd < jpy);
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, usd.Currency) + usd);
        Assert.Throws<InvalidOperationException>(() => default(Money).Currency);
        Assert.NotEqual(usd, jpy);
    }
}
