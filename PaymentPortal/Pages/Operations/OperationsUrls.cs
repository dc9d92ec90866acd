namespace PaymentPortal.Pages.Operations;

/// <summary>The addresses of the operations pages, in one place.</summary>
internal static class OperationsUrls
{
    public const string Letters = "/ops/dead-letters";
    public const string Items = "/ops/dead-letters/items";
    public const string Jobs = "/ops/jobs";
    public const string Retries = "/ops/retries";

    public static string Cause(string key) => $"{Letters}/causes/{Uri.EscapeDataString(key)}";

    public static string ItemsOf(string causeKey) => $"{Items}?cause={Uri.EscapeDataString(causeKey)}";

    public static string RedriveOf(string causeKey) => $"{Letters}/redrive?cause={Uri.EscapeDataString(causeKey)}";

    public static string Job(string id) => $"{Jobs}/{id}";
}
