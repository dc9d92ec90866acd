using System.Text;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

public sealed class StripeEventsTests
{
    [Fact]
    public void SessionEvent_NamesItsObjectAndAttempt()
    {
        var read = Read(Event("""{"id":"cs_test_1","object":"checkout.session","payment_intent":"pi_1","metadata":{"nonce":"att_1"}}""", "\"acct_1\""));

        Assert.Equal(
            new PspEvent("evt_1", "x.y", "checkout.session", "cs_test_1", "att_1", "pi_1", "acct_1", false, DateTimeOffset.FromUnixTimeSeconds(1795341600)), read);
    }

    [Theory]
    [InlineData("""{"id":"pi_1","object":"payment_intent"}""", "payment_intent", "pi_1", "pi_1")]
    [InlineData("""{"id":"re_1","object":"refund","payment_intent":{"id":"pi_1"}}""", "refund", "re_1", "pi_1")]
    [InlineData("""{"object":"balance"}""", "balance", null, null)]
    public void AnyObject_IsNamedByKindAndId(string about, string kind, string? id, string? intent)
    {
        var read = Read(Event(about))!;

        Assert.Equal((kind, id, intent, null), (read.ObjectKind, read.ObjectId, read.IntentId, read.Account));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"evt_1\"}")]
    [InlineData("not json")]
    public void WhatIsNoEvent_IsRefused(string body) => Assert.Null(Read(body));

    [Fact]
    public void BodyWithTwoReadings_IsRefused()
    {
        var good = Event("""{"id":"cs_1","object":"checkout.session"}""");
        var bytes = Encoding.UTF8.GetBytes(good);

        Assert.NotNull(Read(good));
        Assert.Null(Read(good.Replace("\"id\":\"evt_1\"", "\"id\":\"evt_1\",\"id\":\"evt_2\"", StringComparison.Ordinal)));
        Assert.Null(Read(good.Replace("\"id\":\"cs_1\"", "\"id\":\"cs_1\",\"\\u0069d\":\"cs_2\"", StringComparison.Ordinal)));
        Assert.Null(Read(good + "{}"));
        Assert.Null(Read([0xEF, 0xBB, 0xBF, .. bytes]));
        Assert.Null(Read([.. bytes.Select(one => one == (byte)'y' ? (byte)0xFF : one)]));
        Assert.Null(Read(Event(string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000))));
        Assert.Null(Read(good.Replace("1795341600", "1e400", StringComparison.Ordinal)));
    }

    private static string Event(string about, string account = "null") =>
        $$"""{"id":"evt_1","object":"event","type":"x.y","created":1795341600,"livemode":false,"account":{{account}},"data":{"object":{{about}} } }""";

    private static PspEvent? Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static PspEvent? Read(byte[] body)
    {
        var result = StripeEvents.Read(body);
        if (!result.IsRefused) return result.Value;
        Assert.Equal(400, result.Refusal!.HttpStatus);
        return null;
    }
}
