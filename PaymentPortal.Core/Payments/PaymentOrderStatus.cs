namespace PaymentPortal.Core.Payments;

/// <summary>The status of a payment order; all orders of one payment event share it. Stored and shown as words of the API (NOT_STARTED …).</summary>
public enum PaymentOrderStatus
{
    NotStarted,
    Executing,
    Success,
    Failed,
    Expired,
    Canceled,
}

/// <summary>The words that stand for statuses in tables and on the API.</summary>
public static class StatusWords
{
    public static string Word(this PaymentOrderStatus status) => status switch
    {
        PaymentOrderStatus.NotStarted => "NOT_STARTED",
        PaymentOrderStatus.Executing => "EXECUTING",
        PaymentOrderStatus.Success => "SUCCESS",
        PaymentOrderStatus.Failed => "FAILED",
        PaymentOrderStatus.Expired => "EXPIRED",
        PaymentOrderStatus.Canceled => "CANCELED",
    };

    public static PaymentOrderStatus Parse(string word) =>
        TryParse(word, out var status) ? status : throw new ArgumentException($"'{word}' is no payment order status.", nameof(word));

    public static bool TryParse(string? word, out PaymentOrderStatus status)
    {
        foreach (var candidate in Enum.GetValues<PaymentOrderStatus>())
        {
            if (candidate.Word() != word) continue;
            status = candidate;
            return true;
        }
        status = default;
        return false;
    }
}
