using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Psp;

/// <summary>Every HTTP status and every way a connection can fail, as one POST of ours meets it on the wire.</summary>
public sealed class VerdictMatrixTests
{
    private const string Key = "att_1:session:1";
    private const string Html = "<html><body>Bad gateway</body></html>";

    public static TheoryData<int, string, PspVerdict> Answers()
    {
        var data = new TheoryData<int, string, PspVerdict>
        {
            { 200, StripeJsonSamples.Session(), PspVerdict.Succeeded },
            { 201, StripeJsonSamples.Session(), PspVerdict.Succeeded },
            { 402, StripeJsonSamples.Error("card_error", "card_declined"), PspVerdict.Declined },
            { 402, StripeJsonSamples.Error("invalid_request_error"), PspVerdict.Rejected },
            { 409, StripeJsonSamples.Error("idempotency_error", "idempotency_key_in_use"), PspVerdict.NotSent },
            { 429, StripeJsonSamples.Error("invalid_request_error", "rate_limit"), PspVerdict.NotSent },
            { 429, Html, PspVerdict.NotSent },
            { 400, StripeJsonSamples.Error("idempotency_error"), PspVerdict.Unknown },
            { 200, "", PspVerdict.Unknown },
            { 200, Html, PspVerdict.Unknown },
            { 200, "{}", PspVerdict.Unknown },
            { 200, "[1]", PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session()[..^20], PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(pspKey: "att_2:session:1"), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(pspKey: null), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(status: "paused"), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(payment: "maybe"), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(amount: "\"1250\""), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session(amount: "12.5"), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session().Replace("\"usd\"", "\"zzz\"", StringComparison.Ordinal), PspVerdict.Unknown },
            { 200, StripeJsonSamples.Session().Replace("\"url\":null", "\"id\":\"cs_other\"", StringComparison.Ordinal), PspVerdict.Unknown },
        };
        foreach (var status in new[] { 400, 401, 403, 404, 405, 413, 422 }) data.Add(status, StripeJsonSamples.Error("invalid_request_error"), PspVerdict.Rejected);
        foreach (var status in new[] { 400, 401, 403, 404, 408, 418 }) data.Add(status, Html, PspVerdict.Unknown);
        foreach (var status in new[] { 500, 502, 503, 504, 529 }) data.Add(status, StripeJsonSamples.Error("api_error"), PspVerdict.Unknown);
        foreach (var status in new[] { 301, 302, 303, 307, 308, 500, 502 }) data.Add(status, Html, PspVerdict.Unknown);
        return data;
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_GivesItsVerdict(int status, string body, PspVerdict verdict)
    {
        await using var psp = new FakePsp(FakePsp.Answer(status, body, "Location: http://elsewhere.example/"));

        var answer = await SendAsync(psp.Address);

        Assert.Equal(verdict, answer.Verdict);
        Assert.Equal(verdict == PspVerdict.Succeeded, answer.Value is not null);
        Assert.Equal(verdict == PspVerdict.Succeeded, answer.Error is null);
        Assert.Equal(1, psp.Requests);
    }

    public static TheoryData<string, PspVerdict> Faults => new()
    {
        { "reset", PspVerdict.Unknown }, { "half", PspVerdict.Unknown }, { "silence", PspVerdict.Unknown }, { "drip", PspVerdict.Unknown },
        { "no http", PspVerdict.Unknown }, { "closed", PspVerdict.Unknown },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task FaultAfterTheRequestLeft_IsUnknown_AndNothingIsRepeated(string fault, PspVerdict verdict)
    {
        await using var psp = new FakePsp(fault switch
        {
            "reset" => FakePsp.Reset(),
            "half" => FakePsp.Half(StripeJsonSamples.Session()),
            "silence" => FakePsp.Silence(),
            "drip" => FakePsp.Drip(),
            "no http" => FakePsp.Raw("hello\r\n\r\n"),
            _ => FakePsp.Raw(""),
        });

        var answer = await SendAsync(psp.Address, PspLine.Impatient);

        Assert.Equal((verdict, PspErrorCodes.NoAnswer), (answer.Verdict, answer.Error!.Code));
        Assert.Equal(1, psp.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://psp.invalid")]
    public async Task PspOutOfReach_GotNothing(string address)
    {
        var answer = await SendAsync(address);

        Assert.Equal((PspVerdict.NotSent, PspErrorCodes.Unavailable), (answer.Verdict, answer.Error!.Code));
    }

    [Fact]
    public async Task BrokenTls_GotNothing()
    {
        await using var plain = new FakePsp(FakePsp.Raw("no TLS here"));

        var answer = await SendAsync(plain.Address.Replace("http:", "https:", StringComparison.Ordinal));

        Assert.Equal(PspVerdict.NotSent, answer.Verdict);
        Assert.DoesNotContain("sk_test", plain.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerWhoLeaves_GetsNoVerdict()
    {
        await using var psp = new FakePsp(FakePsp.Silence());
        using var line = new PspLine(psp.Address);
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line.Client.SendSessionAsync(new PspRequest("/v1/checkout/sessions", "a=1"), Key, leaving.Token));
    }

    [Fact]
    public async Task ReplayedServerError_IsUnknown_AndFlagged()
    {
        await using var psp = new FakePsp(FakePsp.Answer(500, StripeJsonSamples.Error("api_error"), "Idempotent-Replayed: true", "Request-Id: req_9"));

        var answer = await SendAsync(psp.Address);

        Assert.Equal((PspVerdict.Unknown, true, "req_9"), (answer.Verdict, answer.Exchange.IsReplay, answer.Exchange.RequestId));
        Assert.True(KeyAnswer.Of(answer).IsReplay);
    }

    [Fact]
    public async Task RateLimit_TellsHowLongToWait()
    {
        await using var psp = new FakePsp(FakePsp.Answer(429, StripeJsonSamples.Error("invalid_request_error", "rate_limit"), "Retry-After: 7"));

        Assert.Equal(TimeSpan.FromSeconds(7), (await SendAsync(psp.Address)).RetryAfter);
    }

    [Fact]
    public async Task Request_CarriesVersionKeyAndTheStoredBytes()
    {
        await using var psp = new FakePsp(FakePsp.Answer(200, StripeJsonSamples.Session()));

        await SendAsync(psp.Address);

        Assert.StartsWith("POST /psp/v1/checkout/sessions HTTP/1.1\r\n", psp.LastRequest);
        Assert.Contains("\r\nAuthorization: Bearer sk_test_sandbox\r\n", psp.LastRequest);
        Assert.Contains("\r\nStripe-Version: 2026-10-28.endive\r\n", psp.LastRequest);
        Assert.Contains($"\r\nIdempotency-Key: {Key}\r\n", psp.LastRequest);
        Assert.Contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n", psp.LastRequest);
        Assert.EndsWith("\r\n\r\na=1&b[0][c]=%C3%A9+", psp.LastRequest);
    }

    private static async Task<PspAnswer<PspSession>> SendAsync(string address, PspGuardSettings? guard = null)
    {
        using var line = new PspLine(address, guard: guard);
        return await line.SendAsync(new PspRequest("/v1/checkout/sessions", "a=1&b[0][c]=%C3%A9+"), Key);
    }
}
