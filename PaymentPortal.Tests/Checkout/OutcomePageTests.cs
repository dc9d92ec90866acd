using System.Net;
using System.Text;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Checkout;

/// <summary>The sites of a class: each test has checkouts of its own in it.</summary>
public sealed class CheckoutSiteFixture : IAsyncLifetime
{
    public CheckoutSite Site { get; private set; } = null!;

    public async Task InitializeAsync() => Site = await CheckoutSite.StartAsync();

    public async Task DisposeAsync() => await Site.DisposeAsync();
}

public sealed class OutcomePageTests(CheckoutSiteFixture fixture) : IClassFixture<CheckoutSiteFixture>
{
    private const int LargestPage = 30 * 1024;

    public static TheoryData<BuyerState> States => [.. Enum.GetValues<BuyerState>()];

    [Theory]
    [InlineData(BuyerState.Payable, "Pay Harbour", "12.50 <small>USD</small>", "Pay 12.50 USD</button>")]
    [InlineData(BuyerState.Declined, "Your bank said no", "No money has been taken.", "another card")]
    [InlineData(BuyerState.CardUnusable, "This card cannot be used here", "No money has been taken.", "another card")]
    [InlineData(BuyerState.BankCheckUnfinished, "Your bank’s check was not finished", "No money has been taken.", "start the check again")]
    [InlineData(BuyerState.CouldNotStart, "We could not start the payment", "No money has been taken.", "try again")]
    [InlineData(BuyerState.Processing, "Checking with your bank", "do not pay again", "role=\"status\"")]
    [InlineData(BuyerState.ProcessingLong, "Checking with your bank", "taking longer than usual", "its address will show the result")]
    [InlineData(BuyerState.Unknown, "We do not know yet if you paid", "Your bank may show a pending amount.", "Do not pay again.")]
    [InlineData(BuyerState.Held, "Your payment is being looked at", "Do not pay again.", "PP-")]
    [InlineData(BuyerState.Paid, "You have already paid", "12.50 <small>USD</small>", "https://shop.example/thanks")]
    [InlineData(BuyerState.Expired, "This payment page has expired", "No money has been taken.", "https://shop.example/basket")]
    [InlineData(BuyerState.Canceled, "Payment cancelled", "No money has been taken.", "https://shop.example/basket")]
    [InlineData(BuyerState.TooManyDeclines, "This card cannot be used here", "No money has been taken.", "another way to pay")]
    [InlineData(BuyerState.Failed, "Your bank said no", "No money has been taken.", "another way to pay")]
    public async Task Page_Outcome_SaysWhatHappenedWhatItDidToMoneyAndWhatToDo(BuyerState state, string heading, string money, string next)
    {
        var page = await VisitAsync(state);
        var text = WebUtility.HtmlDecode(page.Html);
        Assert.All([heading, money, next], words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Page_AnyState_OffersPayExactlyWhenThatIsSafe(BuyerState state)
    {
        var page = await VisitAsync(state);
        Assert.Equal(state.MayPay(), page.Html.Contains("id=\"pay\"", StringComparison.Ordinal));
        Assert.Equal(state.MayPay(), page.Html.Contains("__RequestVerificationToken", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Page_AnyState_IsLightAndHasOneHeadingAndHelp(BuyerState state)
    {
        var page = await VisitAsync(state);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.InRange(Encoding.UTF8.GetByteCount(page.Html), 1, LargestPage);
        Assert.Equal(1, Count(page.Html, "<h1"));
        Assert.Equal(1, Count(page.Html, "href=\"/pay/help\""));
        Assert.Contains("PP-", page.Html, StringComparison.Ordinal);
        Assert.Contains(" – Harbour &amp; Hill &lt;Market&gt;</title>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", page.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Page_AnyState_LooksAgainByItselfOnlyWhileItWaits(BuyerState state)
    {
        var page = await VisitAsync(state);
        Assert.Equal(state.IsWaiting(), page.Html.Contains("<noscript><meta http-equiv=\"refresh\"", StringComparison.Ordinal));
        Assert.Equal(state.IsWaiting(), page.Html.Contains("data-watch=\"/pay/", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task Page_AnyState_TitleBeginsWithErrorOnlyWhereSomethingWentWrong(BuyerState state)
    {
        var page = await VisitAsync(state);
        var wentWrong = state is BuyerState.Declined or BuyerState.CardUnusable or BuyerState.BankCheckUnfinished or BuyerState.CouldNotStart or BuyerState.TooManyDeclines or BuyerState.Failed;
        Assert.Equal(wentWrong, page.Html.Contains("<title>Error: ", StringComparison.Ordinal));
        Assert.Equal(wentWrong, page.Html.Contains(" autofocus", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("insufficient_funds", "There is not enough money on this card")]
    [InlineData("expired_card", "This card has expired")]
    [InlineData("incorrect_cvc", "The security code is not right")]
    [InlineData("do_not_honor", "Your bank said no")]
    public async Task Page_DeclineWithAPlainReason_SaysItInPlainWords(string code, string heading)
    {
        var link = await fixture.Site.CreateAsync();
        await CheckoutStates.DeclineAsync(fixture.Site, code);
        using var buyer = fixture.Site.Buyer();
        Assert.Contains(heading, (await buyer.GetAsync(link)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_HundredOrdersWithLongTexts_StaysLightAndShowsTheWholeTotal()
    {
        var link = await fixture.Site.CreateAsync("JPY", [.. Enumerable.Range(1, 100).Select(at => ($"seller-{at}", "1250", (string?)new string('漢', 500)))]);
        using var buyer = fixture.Site.Buyer();
        var page = await buyer.GetAsync(link);
        Assert.InRange(Encoding.UTF8.GetByteCount(page.Html), 1, LargestPage);
        Assert.Contains("and 89 more", page.Html, StringComparison.Ordinal);
        Assert.Contains("125,000 JPY", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_DescriptionWithMarkup_IsShownAsText()
    {
        var link = await fixture.Site.CreateAsync("KWD", ("seller-1", "1.250", "<script>alert(1)</script>"));
        using var buyer = fixture.Site.Buyer();
        var page = await buyer.GetAsync(link);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        Assert.Contains("1.250 KWD", page.Html, StringComparison.Ordinal);
    }

    private async Task<PageAnswer> VisitAsync(BuyerState state)
    {
        using var buyer = fixture.Site.Buyer();
        var link = await fixture.Site.CreateAsync();
        await CheckoutStates.EnterAsync(fixture.Site, state);
        return await buyer.GetAsync(link);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
