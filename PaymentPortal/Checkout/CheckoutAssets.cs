using System.Security.Cryptography;

namespace PaymentPortal.Checkout;

/// <summary>A file that the pages load. Its address names its content, so browsers may keep it for ever.</summary>
internal sealed class CheckoutAsset
{
    private readonly byte[] _content;
    private readonly string _type;

    public CheckoutAsset(string name, string type)
    {
        _type = type;
        using var resource = typeof(CheckoutAsset).Assembly.GetManifestResourceStream($"PaymentPortal.Checkout.{name}")
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        _content = new byte[resource.Length];
        resource.ReadExactly(_content);
        Path = $"/pay/assets/{Convert.ToHexStringLower(SHA256.HashData(_content))[..12]}/{name}";
    }

    public string Path { get; }

    public IResult Serve(HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(_content, _type);
    }
}

/// <summary>Everything that a buyer's page loads beside its own HTML: together less than a photograph of a card.</summary>
internal static class CheckoutAssets
{
    public static readonly CheckoutAsset Style = new("checkout.css", "text/css; charset=utf-8");
    public static readonly CheckoutAsset Script = new("checkout.js", "text/javascript; charset=utf-8");
    public static readonly CheckoutAsset Icon = new("checkout.svg", "image/svg+xml");

    public static IReadOnlyList<CheckoutAsset> All { get; } = [Style, Script, Icon];
}
