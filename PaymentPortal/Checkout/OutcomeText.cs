using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Checkout;

/// <summary>The colour and sign of what is said; the words alone carry the meaning.</summary>
public enum Tone
{
    Plain,
    Good,
    Bad,
    Waiting,
    Attention,
}

/// <summary>The words for one state: what happened, what it did to money, what to do now. Each is a whole sentence that blames nobody.</summary>
internal sealed record OutcomeText(string Heading, string? Money, string Next, Tone Tone)
{
    private const string NotTaken = "No money has been taken.";

    /// <summary>The buyer has to act on it: such a page's title begins with "Error:".</summary>
    public bool IsError => Tone == Tone.Bad;

    public static OutcomeText Of(BuyerPage page) => page.State switch
    {
        BuyerState.Payable => new($"Pay {MoneyText.Of(page.Total)}", null, "", Tone.Plain),
        BuyerState.Declined => new(PspErrorCatalogue.FindDecline(null, page.Facts.LastDecline).CustomerHeading, NotTaken, "Try again, or use another card.", Tone.Bad),
        BuyerState.CardUnusable => new("This card cannot be used here", NotTaken, "Please pay with another card.", Tone.Bad),
        BuyerState.BankCheckUnfinished => new("Your bank’s check was not finished", NotTaken, "Press Pay to start the check again.", Tone.Bad),
        BuyerState.CouldNotStart => new("We could not start the payment", NotTaken, $"Please try again. If it fails again, give {page.Merchant} the number below.", Tone.Bad),
        BuyerState.Starting => new("Starting your payment", NotTaken, "This takes a few seconds.", Tone.Waiting),
        BuyerState.Processing => new("Checking with your bank", null, "This takes a few seconds. Please do not pay again.", Tone.Waiting),
        BuyerState.ProcessingLong => new("Checking with your bank", null, "This is taking longer than usual. You can close this page; its address will show the result.", Tone.Waiting),
        BuyerState.Unknown => new("We do not know yet if you paid", "Your bank may show a pending amount.", "Do not pay again. We keep asking, and this page will show the result.", Tone.Attention),
        BuyerState.Closing => new("Closing this payment", "We are making sure that no money is taken.", "This takes a few seconds. You need not do anything.", Tone.Waiting),
        BuyerState.Held => new("Your payment is being looked at", "Your money has reached us. Do not pay again.", $"{page.Merchant} will sort it out. If you ask, give the number below.", Tone.Attention),
        _ => Over(page),
    };

    private static string PaidNext(BuyerPage page) => page.Facts.IsHeldForFinance
        ? $"A second payment reached us too. {page.Merchant} will sort it out; if you ask, give the number below."
        : "You need not do anything more.";

    private static OutcomeText Over(BuyerPage page) => page.State switch
    {
        BuyerState.Paid => new("You have already paid", null, PaidNext(page), Tone.Good),
        BuyerState.Expired => new("This payment page has expired", NotTaken, "Go back to the shop to start a new payment.", Tone.Plain),
        BuyerState.Canceled => new("Payment cancelled", NotTaken, "Go back to the shop if you still want to buy.", Tone.Plain),
        BuyerState.TooManyDeclines => new("This card cannot be used here", NotTaken, $"It was refused too many times. Choose another way to pay in the shop, or ask {page.Merchant}.", Tone.Bad),
        BuyerState.Failed => new(PspErrorCatalogue.FindDecline(null, null).CustomerHeading, NotTaken, "Go back to the shop and choose another way to pay.", Tone.Bad),
        _ => throw new ArgumentOutOfRangeException(nameof(page), page.State, "No words for this state."),
    };
}
