using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payouts;

/// <summary>How far a payout is. Stored and shown as words of the API (IN_TRANSIT …).</summary>
public enum PayoutStatus
{
    /// <summary>Asked for; the money is kept back and a second person must agree.</summary>
    Requested,

    Approved,

    /// <summary>The PSP is being asked: money may have left psp:clearing.</summary>
    Sending,

    InTransit,

    /// <summary>Arrived. A bank may still send it back.</summary>
    Paid,

    Refused,
    Canceled,

    /// <summary>Not paid, and its money is still kept back: paid again or taken back by a person.</summary>
    Failed,

    /// <summary>Failed after it was paid.</summary>
    Returned,
}

/// <summary>The words that stand for statuses in tables and on the API.</summary>
public static class PayoutStatuses
{
    public static IReadOnlyList<PayoutStatus> All { get; } = Enum.GetValues<PayoutStatus>();

    public static string Word(this PayoutStatus status) => status switch
    {
        PayoutStatus.Requested => "REQUESTED",
        PayoutStatus.Approved => "APPROVED",
        PayoutStatus.Sending => "SENDING",
        PayoutStatus.InTransit => "IN_TRANSIT",
        PayoutStatus.Paid => "PAID",
        PayoutStatus.Refused => "REFUSED",
        PayoutStatus.Canceled => "CANCELED",
        PayoutStatus.Failed => "FAILED",
        PayoutStatus.Returned => "RETURNED",
    };

    public static PayoutStatus Parse(string word) => TryParse(word, out var status) ? status : throw new ArgumentException($"'{word}' is no payout status.", nameof(word));

    public static bool TryParse(string? word, out PayoutStatus status)
    {
        foreach (var candidate in All)
        {
            if (candidate.Word() != word) continue;
            status = candidate;
            return true;
        }
        status = default;
        return false;
    }

    /// <summary>The seller's money is kept back for it.</summary>
    public static bool IsHolding(this PayoutStatus status) => status is not (PayoutStatus.Paid or PayoutStatus.Refused or PayoutStatus.Canceled);

    internal static void IsPayoutStatusWord(this PropertyBuilder<PayoutStatus> property) => property.HasMaxLength(20).HasConversion(status => status.Word(), word => Parse(word));

    internal static void IsPayoutStatusWord(this PropertyBuilder<PayoutStatus?> property) => property.HasMaxLength(20).HasConversion(status => status!.Value.Word(), word => Parse(word));
}
