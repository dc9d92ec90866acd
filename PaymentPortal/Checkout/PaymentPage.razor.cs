using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Checkout;

/// <summary>The one page of a payment: what the stored state says, what is bought, and the buttons that this state allows.</summary>
public sealed partial class PaymentPage
{
    private const int SoonSeconds = 2;
    private const int LaterSeconds = 10;
    private const int LongestRefreshSeconds = 3600;

    [Parameter, EditorRequired]
    public required BuyerPage Payment { get; set; }

    /// <summary>Only there when the state allows a form.</summary>
    [Parameter]
    public AntiforgeryTokenSet? Token { get; set; }

    /// <summary>Why the form that was just sent was not acted on.</summary>
    [Parameter]
    public string? Problem { get; set; }

    /// <summary>The buyer came to see the receipt, and not to pay a second time.</summary>
    [Parameter]
    public bool IsReceipt { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private OutcomeText Text => IsReceipt ? OutcomeText.Of(Payment) with { Heading = "Thank you, you have paid" } : OutcomeText.Of(Payment);

    private string Title => Problem is not null || Text.IsError ? $"Error: {Text.Heading}" : Text.Heading;

    private string Hint => Payment.State == BuyerState.Payable
        ? "You type your card on the payment provider’s own page."
        : "You will be taken to the payment provider’s page.";

    private string? Watch => Payment.State.IsWaiting() ? PayUrls.State(Payment.LinkKey) : null;

    private int? Refresh => Payment.State switch
    {
        _ when Payment.NextTryAt is { } next => (int)Math.Clamp((next - Time.GetUtcNow()).TotalSeconds + 1, 1, LongestRefreshSeconds),
        BuyerState.Unknown => LaterSeconds,
        var state when state.IsWaiting() => SoonSeconds,
        _ => null,
    };

    private string? BackUrl => Payment.State switch
    {
        BuyerState.Paid => Payment.SuccessUrl,
        BuyerState.Expired or BuyerState.Canceled or BuyerState.TooManyDeclines or BuyerState.Failed => Payment.CancelUrl ?? Payment.SuccessUrl,
        // Shops take a visit to cancel_url for a cancelled order: no way there while money may be on its way.
        _ => null,
    };
}
