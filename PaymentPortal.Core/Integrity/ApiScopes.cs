namespace PaymentPortal.Core.Integrity;

/// <summary>What an API key may do: a resource and read or write; write includes read; <c>*</c> is everything.</summary>
public static class ApiScopes
{
    public const string Everything = "*";
    public const string PaymentsRead = "payments:read";
    public const string PaymentsWrite = "payments:write";
    public const string RefundsRead = "refunds:read";
    public const string RefundsWrite = "refunds:write";
    public const string DisputesRead = "disputes:read";
    public const string DisputesWrite = "disputes:write";
    public const string PayoutsRead = "payouts:read";
    public const string PayoutsWrite = "payouts:write";
    public const string WalletsWrite = "wallets:write";
    public const string WalletsRead = "wallets:read";
    public const string LedgerRead = "ledger:read";
    public const string ReconciliationRead = "reconciliation:read";
    public const string ReconciliationWrite = "reconciliation:write";
    public const string EventsRead = "events:read";
    public const string WebhooksRead = "webhooks:read";
    public const string WebhooksWrite = "webhooks:write";

    private static readonly string[] Resources = ["payments", "refunds", "payouts", "disputes", "wallets", "ledger", "reconciliation", "events", "webhooks"];

    public static IReadOnlyList<string> All { get; } = [Everything, .. Resources.SelectMany(resource => new[] { resource + ":read", resource + ":write" })];

    public static bool Allows(IReadOnlyCollection<string> granted, string wanted) =>
        granted.Contains(Everything) || granted.Contains(wanted) || (wanted.EndsWith(":read", StringComparison.Ordinal) && granted.Contains(wanted[..^4] + "write"));
}
