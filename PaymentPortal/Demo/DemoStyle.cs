namespace PaymentPortal.Demo;

/// <summary>The shop's style sheet, out of the program itself.</summary>
internal static class DemoStyle
{
    private const string Resource = "PaymentPortal.Demo.shop.css";

    public static IResult Serve() => Results.Stream(
        typeof(DemoStyle).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The program was built without {Resource}."),
        "text/css; charset=utf-8");
}
