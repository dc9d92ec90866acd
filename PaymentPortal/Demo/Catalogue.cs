using PaymentPortal.Core.Common;

namespace PaymentPortal.Demo;

/// <summary>Something to buy. Prices are set per currency, as shops do; nothing is converted.</summary>
public sealed record Product(string Id, string Name, string About, string Seller, string SellerName, string Picture, IReadOnlyDictionary<string, string> Prices)
{
    public Money Price(Currency currency) =>
        Money.TryParse(Prices[currency.Code], currency, out var price, out var fault) ? price : throw new InvalidOperationException($"The price of {Id} {fault}.");
}

/// <summary>The shop's five goods of three sellers, in currencies with 2, 0 and 3 decimals.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Currency> Currencies { get; } = [Currency.Of("USD"), Currency.Of("EUR"), Currency.Of("JPY"), Currency.Of("KWD")];

    public static IReadOnlyList<Product> Products { get; } =
    [
        new("mug", "Stoneware mug", "Holds 350 ml, grey glaze", "hill-pottery", "Hill Pottery", "mug", Prices("18.00", "16.50", "2700", "5.500")),
        new("bowl", "Breakfast bowl", "Thrown by hand, 15 cm", "hill-pottery", "Hill Pottery", "bowl", Prices("26.00", "24.00", "3900", "8.000")),
        new("atlas", "Tide atlas", "Charts of forty harbours", "quay-books", "Quay Books", "book", Prices("32.00", "29.90", "4800", "9.850")),
        new("notebook", "Sailor’s notebook", "Lined, 120 pages", "quay-books", "Quay Books", "notebook", Prices("9.50", "8.90", "1400", "2.950")),
        new("tea", "Sencha, 100 g", "First harvest of the year", "orchard-tea", "Orchard Tea", "leaf", Prices("12.50", "11.50", "1900", "3.850")),
    ];

    public static Currency CurrencyOf(string? code) => Currencies.FirstOrDefault(currency => currency.Code == code) ?? Currencies[0];

    private static Dictionary<string, string> Prices(string usd, string eur, string jpy, string kwd) => new(StringComparer.Ordinal)
    {
        ["USD"] = usd, ["EUR"] = eur, ["JPY"] = jpy, ["KWD"] = kwd,
    };
}
