using System.Net;
using Microsoft.AspNetCore.Http;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Notifications;

/// <summary>Where a webhook may go, and what a hostile or broken receiver can do to us: nothing.</summary>
public sealed class WebhookSenderTests
{
    private static readonly WebhookSettings Open = new() { AllowsPrivateAddresses = true };

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.9")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    public void PrivateAddress_IsOpenOnlyWhereAllowed(string address)
    {
        Assert.False(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: false));
        Assert.True(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: true));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("::")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("ff02::1")]
    public void MetadataOrSpecialAddress_IsNeverOpen(string address) => Assert.False(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: true));

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:2800:220:1::1")]
    [InlineData("::ffff:93.184.216.34")]
    public void PublicAddress_IsOpen(string address) => Assert.True(AddressGuard.Allows(IPAddress.Parse(address), allowsPrivate: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task PrivateReceiver_WhereNotAllowed_IsNeverConnectedTo(string host)
    {
        await using var merchant = await MerchantReceiver.StartAsync();

        var answer = await SendAsync(new WebhookSettings(), $"http://{host}:{merchant.Address.Port}/hooks");

        Assert.Null(answer.HttpStatus);
        Assert.Contains("Nothing was sent", answer.Error, StringComparison.Ordinal);
        Assert.Empty(merchant.Got);
    }

    [Fact]
    public async Task Redirect_IsAnAnswerAndNotFollowed()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        merchant.Answer = http => { http.Response.Redirect("/elsewhere"); return Task.CompletedTask; };

        var answer = await SendAsync(Open, merchant.Url);

        Assert.Equal((302, false), (answer.HttpStatus, answer.IsTaken));
        Assert.Equal("/hooks", Assert.Single(merchant.Got).Path);
    }

    [Fact]
    public async Task HugeAnswer_IsCut()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        merchant.AnswerWith(200, new string('x', 1_000_000));

        var answer = await SendAsync(Open, merchant.Url);

        Assert.Equal((true, WebhookSender.MaxAnswer), (answer.IsTaken, answer.Answer!.Length));
    }

    [Fact]
    public async Task SilentReceiver_IsGivenUp()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        merchant.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

        var answer = await SendAsync(Open with { Timeout = TimeSpan.FromMilliseconds(300) }, merchant.Url);

        Assert.StartsWith("No answer within", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerThatNeverEnds_CountsByItsStatus()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        merchant.Answer = async http =>
        {
            await http.Response.WriteAsync("so far");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        var answer = await SendAsync(Open with { Timeout = TimeSpan.FromSeconds(2) }, merchant.Url);

        Assert.Equal((true, "so far"), (answer.IsTaken, answer.Answer));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/", "connected")]
    [InlineData("http://no-such-host.invalid/", "resolved")]
    public async Task AbsentReceiver_IsExplained(string url, string word)
    {
        var answer = await SendAsync(Open, url);

        Assert.Null(answer.HttpStatus);
        Assert.Contains(word, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiverThatHangsUp_IsExplained()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        merchant.Answer = http => { http.Abort(); return Task.CompletedTask; };

        var answer = await SendAsync(Open, merchant.Url);

        Assert.Equal("The connection broke before an answer came.", answer.Error);
    }

    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void Signature_OfTheSpecificationsExample_IsTheSame() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]));

    private static async Task<WebhookAnswer> SendAsync(WebhookSettings settings, string url)
    {
        using var sender = new WebhookSender(settings, TimeProvider.System);
        return await sender.SendAsync(new OutgoingWebhook(url, "pev_1", "{}", [WebhookSignature.NewSecret()]), CancellationToken.None);
    }
}
