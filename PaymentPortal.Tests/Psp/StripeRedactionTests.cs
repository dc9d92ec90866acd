using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

public sealed class StripeRedactionTests
{
    [Theory]
    [InlineData("call me at anna.k+x@mail.example.org!", "call me at [email]!")]
    [InlineData("Invalid API Key provided: sk_test_ab12****9f2a", "Invalid API Key provided: sk_test_[redacted]")]
    [InlineData("whsec_abcdefgh and rk_live_abcd", "whsec_[redacted] and rk_live_[redacted]")]
    [InlineData("pi_1abc_secret_9xyz", "pi_1abc_secret_[redacted]")]
    [InlineData("card 4242424242424242.", "card [card number].")]
    [InlineData("card 4242 4242-4242 4242", "card [card number]")]
    [InlineData("378282246310005", "[card number]")]
    [InlineData("order 4242424242424241", "order 4242424242424241")]
    [InlineData("cs_test_4242424242424242", "cs_test_4242424242424242")]
    [InlineData("2026-11-22 10:00:00", "2026-11-22 10:00:00")]
    public void Text_LosesWhatMayNotBeKept(string text, string kept) => Assert.Equal(kept, StripeRedaction.Text(text));

    [Fact]
    public void Json_KeepsItsMeaning_WithoutSecretsNullsAndSpace()
    {
        const string body = """
            {
              "id": "cs_1", "client_secret": "abc", "livemode": false, "amount": -1250, "none": null, "list": [1, null, {"email": "a@b.de"}],
              "customer_details": {"name": "Anna", "email": "a@b.de"}, "last4": "4242", "pan": 4242424242424242, "ü": "\"x\""
            }
            """;

        Assert.Equal(
            """{"id":"cs_1","client_secret":"[redacted]","livemode":false,"amount":-1250,"list":[1,null,{"email":"[redacted]"}],"customer_details":"[redacted]","last4":"4242","pan":"[card number]","ü":"\"x\""}""",
            StripeRedaction.Json(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void Form_LosesThePersonAndKeepsTheRest() => Assert.Equal(
        "mode=payment&customer_email=[redacted]&external_account[account_number]=[redacted]&a=[card number]&b=x%2By",
        StripeRedaction.Form("mode=payment&customer_email=a%40b.de&external_account[account_number]=000123456789&a=4242%204242%204242%204242&b=x%2By"));

    [Theory]
    [InlineData("<html>a@b.de</html>", "<html>[email]</html>")]
    [InlineData("{\"a\":\"a@b.de\"", "{\"a\":\"[email]\"")]
    [InlineData("", "")]
    public void WhatIsNoJson_IsKeptAsText(string body, string kept) => Assert.Equal(kept, StripeRedaction.Json(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void HugeBody_IsCut()
    {
        var body = "[" + string.Join(',', Enumerable.Range(0, 100_000)) + "]";

        Assert.InRange(StripeRedaction.Json(Encoding.UTF8.GetBytes(body)).Length, 1000, StripeRedaction.MaxKept + 10);
    }

    [Fact]
    public void AnyBytes_GiveSomeText()
    {
        Prop.ForAll<byte[]>(bytes => StripeRedaction.Json(bytes) is not null).QuickCheckThrowOnFailure();
        Assert.NotNull(StripeRedaction.Json([(byte)'"', 0xFF, (byte)'"']));
    }
}
