using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Demo;

/// <summary>How many of one product.</summary>
public sealed record CartLine(Product Product, int Quantity)
{
    public Money Price(Currency currency) => new(checked(Product.Price(currency).Minor * Quantity), currency);
}

/// <summary>
/// One filled-in shop form. Its number is made of the form's own and of what was ordered: the same form sent twice is one order, and the same
/// form sent again with other goods is another, which is what an Idempotency-Key has to say.
/// </summary>
public sealed record Cart(string Form, Currency Currency, IReadOnlyList<CartLine> Lines, string? Name, string? Email)
{
    public const int MostOfOne = 9;
    private const string NumberStart = "DEMO-";
    private const int LongestForm = 20;

    public string Number => $"{Form}-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))[..6]}";

    private string Content => string.Join('|', [Currency.Code, Name, Email, .. Lines.Select(line => $"{line.Product.Id}*{line.Quantity}")]);

    public static string NewForm() => NumberStart + Convert.ToHexString(RandomNumberGenerator.GetBytes(4));

    public static Cart Empty(string? currency) => new(NewForm(), Catalogue.CurrencyOf(currency), [new CartLine(Catalogue.Products[0], 1)], null, null);

    public static Cart Read(IFormCollection form)
    {
        var number = Text(form, "form");
        var lines = Catalogue.Products
            .Select(product => new CartLine(product, int.TryParse(form[product.Id], out var quantity) ? Math.Clamp(quantity, 0, MostOfOne) : 0))
            .Where(line => line.Quantity > 0);
        var isOurs = number is { Length: <= LongestForm } && number.StartsWith(NumberStart, StringComparison.Ordinal) && number.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
        return new Cart(isOurs ? number! : NewForm(), Catalogue.CurrencyOf(form["currency"]), [.. lines], Text(form, "name"), Text(form, "email"));
    }

    public int QuantityOf(Product product) => Lines.FirstOrDefault(line => line.Product == product)?.Quantity ?? 0;

    private static string? Text(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;
}
