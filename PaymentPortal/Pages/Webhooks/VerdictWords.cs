using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>Verdicts in words and colours.</summary>
internal static class VerdictWords
{
    public static string Label(this DeliveryVerdict verdict) => verdict switch
    {
        DeliveryVerdict.Waiting => "Waiting",
        DeliveryVerdict.Verified => "Verified",
        DeliveryVerdict.OutOfOrder => "Out of order",
        DeliveryVerdict.Duplicate => "Duplicate",
        DeliveryVerdict.UnknownObject => "Unknown object",
        DeliveryVerdict.WrongMode => "Wrong mode",
        DeliveryVerdict.Ignored => "Ignored",
        DeliveryVerdict.NeverCame => "Never came",
    };

    public static string Meaning(this DeliveryVerdict verdict) => verdict switch
    {
        DeliveryVerdict.Waiting => "Its signature is good and it is stored; its object is being fetched.",
        DeliveryVerdict.Verified => "Its signature is good, and the object that it names was fetched and applied.",
        DeliveryVerdict.OutOfOrder => "A later event of the same payment was here first. The object was fetched anew, so the order changed nothing.",
        DeliveryVerdict.Duplicate => "It was here already: nothing was done again.",
        DeliveryVerdict.UnknownObject => "Its signature is good, but the object that it names is not ours. Nothing was changed.",
        DeliveryVerdict.WrongMode => "Its signature is good, but it is of the live mode and our API key of the test mode, or the other way round. Nothing was changed.",
        DeliveryVerdict.Ignored => "A type of event that moves nothing of ours.",
        DeliveryVerdict.NeverCame => "It stood on the PSP's list and had not come by webhook: it was taken from the list and applied.",
    };

    public static ChipState Chip(this DeliveryVerdict verdict) => verdict switch
    {
        DeliveryVerdict.Waiting => ChipState.Processing,
        DeliveryVerdict.Verified => ChipState.Succeeded,
        DeliveryVerdict.OutOfOrder => ChipState.RequiresAction,
        DeliveryVerdict.Duplicate => ChipState.Created,
        DeliveryVerdict.UnknownObject => ChipState.NeedsAttention,
        DeliveryVerdict.WrongMode => ChipState.NeedsAttention,
        DeliveryVerdict.Ignored => ChipState.Canceled,
        DeliveryVerdict.NeverCame => ChipState.Disputed,
    };
}
