using PaymentPortal.Core.Payouts;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payouts;

/// <summary>Statuses and causes of payouts as people say them.</summary>
public static class PayoutWords
{
    public static string Of(PayoutStatus status) => status switch
    {
        PayoutStatus.Requested => "Needs approval",
        PayoutStatus.Approved => "Approved",
        PayoutStatus.Sending => "Being sent",
        PayoutStatus.InTransit => "In transit",
        PayoutStatus.Paid => "Paid",
        PayoutStatus.Refused => "Refused",
        PayoutStatus.Canceled => "Cancelled",
        PayoutStatus.Failed => "Failed",
        PayoutStatus.Returned => "Came back",
    };

    /// <summary>What an act came to: the wish is not the deed where a second person or the PSP has yet to speak.</summary>
    public static (BannerTone Tone, string Text) Told(PayoutStatus status, bool isUnderWay, bool isWaiting, bool wasCancel)
    {
        var now = $"It is {Of(status).ToLowerInvariant()} now.";
        if (isUnderWay) return (BannerTone.Info, $"Asked for; the PSP has not answered yet, and it goes on by itself. {now}");
        if (isWaiting) return (BannerTone.Info, $"Asked for; a second person decides. {now}");
        return wasCancel && status != PayoutStatus.Canceled ? (BannerTone.Attention, $"The PSP did not cancel it. {now}") : (BannerTone.Success, $"Done. {now}");
    }

    public static string Of(PayoutCause cause) => cause switch
    {
        PayoutCause.Created => "Asked for; the money is kept back",
        PayoutCause.MadeByPsp => "The PSP paid out to our bank; nobody here asked for it",
        PayoutCause.WithinLimit => "Within the limits: needs no second person",
        PayoutCause.Approved => "Approved",
        PayoutCause.ApprovalRefused => "Refused; the money is in the wallet again",
        PayoutCause.ApprovalExpired => "Nobody approved it in time; the money is in the wallet again",
        PayoutCause.ApprovalWithdrawn => "Withdrawn; the money is in the wallet again",
        PayoutCause.BankChanged => "Stopped: the seller's bank account was changed after it was asked for",
        PayoutCause.Canceled => "Cancelled before it was sent; the money is in the wallet again",
        PayoutCause.SendingStarted => "Sending began",
        PayoutCause.PayoutMade => "The PSP has it",
        PayoutCause.PaidByPsp => "Paid",
        PayoutCause.FailedAtBank => "The bank did not take it",
        PayoutCause.CanceledAtPsp => "Cancelled at the PSP",
        PayoutCause.ReturnedByBank => "The bank sent it back after it was paid",
        PayoutCause.PayAgain => "Paid again",
        PayoutCause.TakenBack => "Taken back; the money is in the wallet again",
        PayoutCause.GivenUp => "Given up; the money is in the wallet again",
        PayoutCause.StuckAtPsp => "Its step was given up while the money is in the seller's account at the PSP",
        PayoutCause.NotOurs => "Refused: less of it was ours than was asked for",
        PayoutCause.BackAtPsp => "Did not arrive; the money is at the PSP again",
    };
}
