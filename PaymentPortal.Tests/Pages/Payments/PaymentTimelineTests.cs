using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Payments;

public sealed class PaymentTimelineTests
{
    [Fact]
    public void Calls_ThatRepeat_AreFoldedIntoOneLine()
    {
        var details = MadeDetails.Open() with { Talk = [MadeDetails.Call(1, PspVerdict.Unknown, "psp_timeout"), MadeDetails.Call(2, PspVerdict.Unknown, "psp_timeout"), MadeDetails.Call(3, PspVerdict.Succeeded)] };

        var items = PaymentTimeline.Of(details, []);

        Assert.Equal([2, 1], items.Select(item => item.Times));
        Assert.Equal("Asked the PSP for the status: answered", items[1].Title);
    }

    [Fact]
    public void Charge_OfTheSameSecondAsItsPage_StandsAfterIt()
    {
        var page = MadeDetails.Call(1, PspVerdict.Succeeded);
        page = page with { Exchange = page.Exchange with { Method = "POST", Path = "/v1/checkout/sessions", StartedAt = MadeDetails.Start.AddMilliseconds(600) } };
        var charge = new AttemptCharge { ChargeId = "ch_1", AttemptId = "att_1", CheckoutId = MadeDetails.Id.Value, Amount = 1250, Currency = "USD", FailureCode = "card_declined", CreatedAt = MadeDetails.Start };

        var items = PaymentTimeline.Of(MadeDetails.Open() with { Talk = [page], Charges = [charge] }, []);

        Assert.Equal(["pex_1", "ch_1"], items.Select(item => item.Id));
    }

    [Fact]
    public void Steps_ToCome_StandAtTheEndWithTheirReason()
    {
        var details = MadeDetails.Paid() with { Steps = [MadeDetails.Step(MadeDetails.Start.AddHours(2), error: "The PSP did not answer in time.")] };

        var last = PaymentTimeline.Of(details, [])[^1];

        Assert.Equal("The step is tried again (3 failed: The PSP did not answer in time)", last.Title);
        Assert.True(last.At > details.ReadAt);
    }

    [Fact]
    public void Steps_ThatDied_SayWhyAndAreNotToCome()
    {
        var details = MadeDetails.Open() with { Steps = [MadeDetails.Step(MadeDetails.Start.AddHours(2), TaskState.Dead, "Amount too small")] };

        var item = Assert.Single(PaymentTimeline.Of(details, []));

        Assert.Equal("Stopped after 3 tries: Amount too small", item.Title);
        Assert.Equal(details.ReadAt, item.At);
    }

    [Theory]
    [InlineData("money", 2)]
    [InlineData("people", 1)]
    [InlineData("money,people", 3)]
    [InlineData("nonsense", 3)]
    [InlineData(null, 3)]
    public void Kinds_InTheAddress_ChooseWhatIsShown(string? kinds, int count)
    {
        var details = MadeDetails.Paid() with { Acts = [new PaymentAct(1, MadeDetails.Start, "user:usr_9", "payment.ask-psp", null)] };

        Assert.Equal(count, PaymentTimeline.Of(details, PaymentTimeline.ReadKinds(kinds)).Count);
    }

    [Fact]
    public void Acts_OfStaff_NameThePerson()
    {
        var details = MadeDetails.Open() with { Acts = [new PaymentAct(1, MadeDetails.Start, "user:usr_9", "buyer.reveal", null)] };

        var item = Assert.Single(PaymentTimeline.Of(details, []));

        Assert.Equal(("Saw the customer's name and e-mail", "ana@portal.example"), (item.Title, item.Actor));
    }

    [Theory]
    [InlineData("buyer", "customer")]
    [InlineData("psp", "PSP")]
    [InlineData("program:checkout-end", "the portal")]
    [InlineData("user:usr_9", "ana@portal.example")]
    [InlineData("key:key_1", "API key key_1")]
    public void Actors_Stored_AreSaidInWords(string actor, string words) => Assert.Equal(words, ActorWords.Of(actor, MadeDetails.Open().StaffNames));
}
