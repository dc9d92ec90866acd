namespace PaymentPortal.Core.Payments;

/// <summary>The PSP's words for brands of cards, as people write them.</summary>
public static class CardBrands
{
    public static string Name(string? brand) => brand switch
    {
        null or "" or "unknown" => "Card",
        "amex" => "American Express",
        "diners" => "Diners Club",
        "jcb" => "JCB",
        "unionpay" => "UnionPay",
        _ => char.ToUpperInvariant(brand[0]) + brand[1..],
    };
}
