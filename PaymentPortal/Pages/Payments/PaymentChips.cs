using PaymentPortal.Core.Payments;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>The chip of each state of a payment.</summary>
internal static class PaymentChips
{
    public static ChipState Of(PaymentState state) => state switch
    {
        PaymentState.Created => ChipState.Created,
        PaymentState.RequiresAction => ChipState.RequiresAction,
        PaymentState.Processing => ChipState.Processing,
        PaymentState.Retrying => ChipState.Retrying,
        PaymentState.DeadLettered => ChipState.DeadLettered,
        PaymentState.NeedsAttention => ChipState.NeedsAttention,
        PaymentState.Succeeded => ChipState.Succeeded,
        PaymentState.Failed => ChipState.Failed,
        PaymentState.Canceled => ChipState.Canceled,
        PaymentState.Expired => ChipState.Expired,
    };
}
