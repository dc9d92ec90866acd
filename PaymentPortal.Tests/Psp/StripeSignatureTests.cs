using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

public sealed class StripeSignatureTests
{
    private const string Old = "whsec_old";
    private const string New = "whsec_new";
    private const string Body = """{"id":"evt_1","note":"é"}""";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void RecordedVector_IsValid()
    {
        // Computed with: printf '1795341600.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret
        const string header = "t=1795341600,v1=22c550c6ccab8b80e4698e806e7feb464d1e38a9a500aa99af82d16208319972";

        Assert.Equal(SignatureVerdict.Valid, StripeSignature.Verify("""{"id":"evt_1"}"""u8, header, ["whsec_test_secret"], DateTimeOffset.FromUnixTimeSeconds(1795341600)));
    }

    [Fact]
    public void OneOfSeveralSecretsAndSignatures_IsEnough()
    {
        Assert.Equal(SignatureVerdict.Valid, Verify(StripeSigner.Header(Body, Now, Old, New), New));
        Assert.Equal(SignatureVerdict.Valid, Verify(StripeSigner.Header(Body, Now, Old), New, Old));
        Assert.Equal(SignatureVerdict.Valid, Verify(StripeSigner.Header(Body, Now, New) + ",v0=00,v2=zz", New));
    }

    [Theory]
    [InlineData(-300, SignatureVerdict.Valid)]
    [InlineData(-301, SignatureVerdict.Stale)]
    [InlineData(-86400, SignatureVerdict.Stale)]
    [InlineData(300, SignatureVerdict.Valid)]
    [InlineData(301, SignatureVerdict.Future)]
    public void Time_IsToleratedFiveMinutesBothWays(int seconds, SignatureVerdict verdict) =>
        Assert.Equal(verdict, Verify(StripeSigner.Header(Body, Now.AddSeconds(seconds), New), New));

    [Fact]
    public void ChangedBody_OtherSecret_OrMovedTime_IsForged()
    {
        var genuine = StripeSigner.Sign(Body, Now, New);

        Assert.Equal(SignatureVerdict.Forged, StripeSignature.Verify(Encoding.UTF8.GetBytes(Body + " "), StripeSigner.Header(Body, Now, New), [New], Now));
        Assert.Equal(SignatureVerdict.Forged, Verify(StripeSigner.Header(Body, Now, Old), New));
        Assert.Equal(SignatureVerdict.Forged, Verify($"t={Now.ToUnixTimeSeconds() + 1},v1={genuine}", New));
        Assert.Equal(SignatureVerdict.Forged, Verify(StripeSigner.Header(Body, Now, New)));
        Assert.Equal(SignatureVerdict.Forged, Verify(StripeSigner.Header(Body, Now, ""), ""));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("garbage")]
    [InlineData("t=,v1={0}")]
    [InlineData("t=abc,v1={0}")]
    [InlineData("t=-1795341600,v1={0}")]
    [InlineData("t=+1795341600,v1={0}")]
    [InlineData("t=99999999999999999999,v1={0}")]
    [InlineData("t=1795341600")]
    [InlineData("v1={0}")]
    [InlineData("t=1795341600,v0={0}")]
    [InlineData("t=1795341600,V1={0}")]
    [InlineData("t=1795341600,v1=")]
    [InlineData("t=1795341600,v1=xyz")]
    [InlineData("t=1795341600,v1={0}00")]
    [InlineData("t=1795341600,t=1795341600,v1={0}")]
    public void HeaderThatCannotBeRead_IsMalformed(string? header)
    {
        var signature = StripeSigner.Sign(Body, Now, New);

        Assert.Equal(SignatureVerdict.Malformed, Verify(header?.Replace("{0}", signature, StringComparison.Ordinal), New));
    }

    [Fact]
    public void EndlessHeader_IsMalformed_AndHexMayBeUpperCase()
    {
        Assert.Equal(SignatureVerdict.Malformed, Verify(StripeSigner.Header(Body, Now, [.. Enumerable.Repeat(New, 21)]), New));
        Assert.Equal(SignatureVerdict.Malformed, Verify(StripeSigner.Header(Body, Now, New) + new string(' ', 5000), New));
        Assert.Equal(SignatureVerdict.Valid, Verify($"t={Now.ToUnixTimeSeconds()}, v1={StripeSigner.Sign(Body, Now, New).ToUpperInvariant()}", New));
    }

    [Fact]
    public void Refusal_IsA400_ThatSaysNothingWasStored()
    {
        Assert.Null(StripeSignature.Refuse(SignatureVerdict.Valid));
        Assert.All(Enum.GetValues<SignatureVerdict>().Where(verdict => verdict != SignatureVerdict.Valid), verdict =>
        {
            var refusal = StripeSignature.Refuse(verdict)!;
            Assert.Equal((RefusalCodes.SignatureInvalid, 400), (refusal.Code, refusal.HttpStatus));
            Assert.EndsWith("Nothing was stored.", refusal.Text);
        });
    }

    private static SignatureVerdict Verify(string? header, params string[] secrets) => StripeSignature.Verify(Encoding.UTF8.GetBytes(Body), header, secrets, Now);
}
