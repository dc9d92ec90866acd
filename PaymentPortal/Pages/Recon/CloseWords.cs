using System.Globalization;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>Closes in words, colours and addresses.</summary>
internal static class CloseWords
{
    public const string Path = "/recon/close";

    public static string Href(DateOnly day) => $"{Path}/{Text(day)}";

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>"Friday, 20 Nov 2026".</summary>
    public static string Long(DateOnly day) => day.ToString("dddd, d MMM yyyy", CultureInfo.InvariantCulture);

    public static (ChipState Chip, string Label) Of(DayStage stage) => stage switch
    {
        DayStage.Before => (ChipState.Canceled, "Brought forward"),
        DayStage.Running => (ChipState.Processing, "Not over yet"),
        DayStage.NoFile => (ChipState.Processing, "Waits for the PSP's file"),
        DayStage.Later => (ChipState.Created, "After the days before it"),
        DayStage.Ready => (ChipState.RequiresAction, "Ready to be signed"),
        DayStage.Signed => (ChipState.RequiresAction, "Waits for the second signature"),
        DayStage.Closed => (ChipState.Succeeded, "Closed"),
    };

    public static string Of(ItemReason reason) => reason switch
    {
        ItemReason.Mismatch => "Mismatch",
        ItemReason.Waiting => "Waiting, not wrong",
        ItemReason.OtherDay => "On another day",
        ItemReason.Adjustment => "Settles a mismatch",
        ItemReason.ByHand => "Entry by hand",
        ItemReason.Unexplained => "Not explained",
    };

    public static string Category(string category) => category switch
    {
        "charge" => "Charges",
        "refund" => "Refunds",
        "refund_failure" => "Refunds that came back",
        "dispute" => "Disputes",
        "dispute_reversal" => "Disputes won",
        "transfer" => "Transfers to sellers",
        "transfer_reversal" => "Transfers taken back",
        "payout" => "Our own payouts",
        "payout_reversal" => "Own payouts that came back",
        "fee" => "The PSP's fees",
        "adjustment" => "Adjustments",
        "manual" => "Entries by hand",
        "other" => "Other movements of the PSP's",
        "total" => "All of the day",
        ProofFigure.WalletsAtEnd => "Sellers' wallets at the end",
        _ => category,
    };

    /// <summary>Where the explanation of a difference stands.</summary>
    public static string? HrefOf(ProofItem item) => item.About is not { } about ? null : item.Reason switch
    {
        ItemReason.Mismatch or ItemReason.Adjustment => "/recon/mismatches/" + about,
        ItemReason.ByHand => "/ledger/entries/" + about,
        ItemReason.OtherDay => $"{Path}/{about}",
        ItemReason.Waiting or ItemReason.Unexplained => null,
    };
}
