namespace PaymentPortal.Checkout;

/// <summary>Every address of the buyer's pages.</summary>
internal static class PayUrls
{
    public const string Help = "/pay/help";

    public static string Page(string link) => $"/pay/{Uri.EscapeDataString(link)}";

    public static string Status(string link) => Page(link) + "/status";

    public static string Receipt(string link) => Page(link) + "/receipt";

    public static string Cancel(string link) => Page(link) + "/cancel";

    public static string State(string link) => Page(link) + "/state";
}
