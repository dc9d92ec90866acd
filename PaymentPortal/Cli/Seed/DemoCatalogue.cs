namespace PaymentPortal.Cli.Seed;

/// <summary>A seller of the demo set and what he sells.</summary>
internal sealed record DemoSeller(string Account, IReadOnlyList<string> Goods);

/// <summary>Names and goods of the demo set. All people are invented; addresses end in a domain that can't exist.</summary>
internal static class DemoCatalogue
{
    /// <summary>A currency that stands here twice is twice as likely.</summary>
    public static readonly string[] Currencies = ["USD", "USD", "USD", "EUR", "EUR", "JPY", "KWD"];

    public static readonly string[] FirstNames =
        ["Anna", "Ben", "Chiara", "Daniel", "Elif", "Farah", "Grace", "Hiro", "Ines", "Jonas", "Khalid", "Lena", "Mateo", "Noor", "Oscar", "Priya", "Quinn", "Rosa", "Sami", "Tomoko", "Uma", "Victor", "Wanda", "Yusuf", "Zoe"];

    public static readonly string[] LastNames =
        ["Keller", "Osei", "Romano", "Novak", "Demir", "Haddad", "Miller", "Tanaka", "Costa", "Berg", "Saleh", "Fischer", "Alvarez", "Hassan", "Lindqvist", "Sharma", "Dubois", "Moreno", "Rahman", "Sato"];

    public static readonly DemoSeller[] Sellers =
    [
        new("nordic-light", ["Desk lamp, brushed steel", "Pendant lamp, oak", "Spare bulb, warm white, 3 pieces"]),
        new("kyoto-ceramics", ["Tea bowl, ash glaze", "Set of four plates, indigo", "Vase, hand-thrown"]),
        new("gulf-spices", ["Saffron, 5 g", "Baharat, 200 g tin", "Dried limes, 500 g"]),
        new("maple-books", ["The Quiet Harbour (hardback)", "Atlas of Small Islands", "Notebook, dotted, A5"]),
        new("alpine-outdoor", ["Day pack, 22 litres", "Merino socks, 2 pairs", "Trekking poles, carbon"]),
        new("casa-verde", ["Olive tree, 80 cm", "Terracotta pot, large", "Garden shears"]),
        new("studio-pixel", ["Print, 40 x 60 cm, framed", "Poster, unframed", "Gift card"]),
        new("harbour-coffee", ["House blend, 1 kg", "Filter papers, 100 pieces", "Pour-over set"]),
        new("little-explorers", ["Wooden railway, starter set", "Rain jacket, size 116", "Picture book: The Fox Next Door"]),
        new("soundworks", ["Headphones, over-ear", "Turntable belt", "Studio session, one hour"]),
        new("atelier-fil", ["Linen shirt, natural", "Silk scarf", "Tailoring, alteration"]),
        new("fresh-basket", ["Vegetable box, weekly", "Sourdough loaf", "Orchard apples, 3 kg"]),
    ];
}
