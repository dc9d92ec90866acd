using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

public sealed class StripeFormTests
{
    private static readonly Currency Yen = Currency.Of("JPY");

    [Fact]
    public void Session_OfTwoLines_HasExactlyTheseBytes()
    {
        var session = new NewSession(new CheckoutId("chk_1"), new AttemptId("att_1"), "att_1:session:2", Yen,
            [new SessionLine("Tee & Küchlein", null, new Money(1250, Yen)), new SessionLine("Topf", "rot, 20% + groß", new Money(7, Yen))],
            "https://shop.example/ok?s={CHECKOUT_SESSION_ID}", "https://shop.example/no", null, "88121");

        var request = StripeRequests.CreateSession(session);

        Assert.Equal("/v1/checkout/sessions", request.Path);
        Assert.Equal(string.Join('&',
            "mode=payment",
            "client_reference_id=chk_1",
            "success_url=https%3A%2F%2Fshop.example%2Fok%3Fs%3D%7BCHECKOUT_SESSION_ID%7D",
            "cancel_url=https%3A%2F%2Fshop.example%2Fno",
            "allowed_payment_method_types[0]=card",
            "line_items[0][quantity]=1",
            "line_items[0][price_data][currency]=jpy",
            "line_items[0][price_data][unit_amount]=1250",
            "line_items[0][price_data][product_data][name]=Tee%20%26%20K%C3%BCchlein",
            "line_items[1][quantity]=1",
            "line_items[1][price_data][currency]=jpy",
            "line_items[1][price_data][unit_amount]=7",
            "line_items[1][price_data][product_data][name]=Topf",
            "line_items[1][price_data][product_data][description]=rot%2C%2020%25%20%2B%20gro%C3%9F",
            "metadata[pp_key]=att_1%3Asession%3A2",
            "metadata[nonce]=att_1",
            "metadata[checkout]=chk_1",
            "payment_intent_data[capture_method]=automatic",
            "payment_intent_data[description]=88121",
            "payment_intent_data[metadata][pp_key]=att_1%3Asession%3A2",
            "payment_intent_data[metadata][nonce]=att_1",
            "payment_intent_data[metadata][checkout]=chk_1"), request.Body);
    }

    [Fact]
    public void Session_BuiltTwice_HasEqualBytes()
    {
        var session = PspLine.Session("att_1:session:1");

        Assert.Equal(StripeRequests.CreateSession(session), StripeRequests.CreateSession(session));
    }

    [Fact]
    public void LineInAnotherCurrency_IsABug() => Assert.Throws<ArgumentException>(() =>
        StripeRequests.CreateSession(PspLine.Session("k:s:1") with { Lines = [new SessionLine("Tea", null, new Money(1, Yen))] }));

    [Fact]
    public void NullAndEmpty_AreLeftOut() => Assert.Equal("b=2", new StripeForm().Add("a", null).Add("b", 2).Add("c", "").ToString());

    [Fact]
    public void SessionId_CannotLeaveItsPath() => Assert.Equal("/v1/checkout/sessions/..%2Fevil%3Fa/expire", StripeRequests.ExpireSession("../evil?a").Path);

    [Fact]
    public void AnyNamesAndValues_AreReadBackAsTheyWere()
    {
        var texts = ArbMap.Default.ArbFor<NonEmptyString>().Generator.Select(text => ToWhole(text.Get)).Where(text => text.Length > 0);
        Prop.ForAll(Arb.From(Gen.Zip(texts, texts).ListOf()), pairs =>
        {
            var form = new StripeForm();
            foreach (var (name, value) in pairs) form.Add(name, value);
            var read = form.ToString().Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToList();
            return read.All(pair => pair.Length == 2)
                && read.Select(pair => (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]))).SequenceEqual(pairs);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Half of a surrogate pair is no character and can't be sent.</summary>
    private static string ToWhole(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0xFFFD).Select(rune => rune.ToString()));
}
