using PaymentPortal.Core.Payments;

namespace PaymentPortal.Pages.Payments;

/// <summary>The tabs of a payment's page, by the word in its address.</summary>
internal static class PaymentTabs
{
    public const string Timeline = "timeline";
    public const string Attempts = "attempts";
    public const string Ledger = "ledger";
    public const string Webhooks = "webhooks";
    public const string Refunds = "refunds";
    public const string Raw = "raw";

    public static readonly IReadOnlyList<(string Key, string Label, Func<PaymentDetails, int?> Count)> All =
    [
        (Timeline, "Timeline", _ => null),
        (Attempts, "Attempts", details => details.Attempts.Count),
        (Ledger, "Ledger", details => details.Entries.Count),
        (Webhooks, "Webhooks", details => details.Notices.Count + details.Deliveries.Count),
        (Refunds, "Refunds", details => details.Refunds.Count + details.Disputes.Count),
        (Raw, "Raw", _ => null),
    ];

    public static string Of(string? word) => All.Any(tab => tab.Key == word) ? word! : Timeline;
}
