using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>Our client against the sandbox PSP over HTTP, in good weather and with every fault the sandbox can make.</summary>
public sealed class StripeClientSandboxTests : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";
    private SandboxServer _server = null!;
    private PspLine _line = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync();
        _line = new PspLine(_server.BaseAddress);
    }

    public async Task DisposeAsync()
    {
        _line.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("USD", 1250)]
    [InlineData("JPY", 1250)]
    [InlineData("KWD", 1250)]
    public async Task Create_GivesAnOpenSession_WithOurKeyAndNonce(string currency, long minor)
    {
        var key = PspLine.NewKey();
        var wanted = PspLine.Session(key, minor, currency);

        var answer = await _line.SendAsync(_line.Client.CreateSession(wanted), key);

        Assert.Equal(PspVerdict.Succeeded, answer.Verdict);
        var session = answer.Value!;
        Assert.Equal((SessionStatus.Open, SessionPayment.Unpaid, key, wanted.Attempt.Value), (session.Status, session.Payment, session.PspKey, session.Attempt));
        Assert.Equal(new Money(minor, Currency.Of(currency)), session.Total);
        Assert.NotNull(session.Url);
        Assert.StartsWith("req_", answer.Exchange.RequestId);
        Assert.False(session.IsLive || answer.Exchange.IsReplay);
    }

    [Fact]
    public async Task Fetch_OfAPaidSession_BringsChargeAndFee()
    {
        var session = await _line.CreateAsync();
        await _server.PayAsync(session.Url!);

        var answer = await FetchAsync(session);

        Assert.Equal(PspVerdict.Succeeded, answer.Verdict);
        Assert.Equal((SessionStatus.Complete, SessionPayment.Paid, "succeeded"), (answer.Value!.Status, answer.Value.Payment, answer.Value.IntentStatus));
        var charge = answer.Value.Charge!;
        Assert.Equal(("4242", "visa", true), (charge.CardLast4, charge.CardBrand, charge.IsPaid));
        var booked = charge.BalanceTransaction!;
        Assert.Equal(1250, booked.Gross.Minor);
        Assert.Equal(booked.Gross, booked.Fee + booked.Net);
        Assert.Equal(answer.Value.IntentId, charge.IntentId);
    }

    [Fact]
    public async Task Charges_AfterADecline_ShowItsTrueReason()
    {
        var session = await _line.CreateAsync();
        await _server.PayAsync(session.Url!, "4000000000009995");

        var fetched = (await FetchAsync(session)).Value!;
        var charges = await _line.Client.ListChargesAsync(fetched.IntentId!, CancellationToken.None);

        Assert.Equal((SessionStatus.Open, false), (fetched.Status, fetched.IsAsyncFailed));
        var charge = Assert.Single(charges.Value!);
        Assert.Equal(("failed", false, "card_declined", "insufficient_funds"), (charge.Status, charge.IsPaid, charge.FailureCode, charge.DeclineCode));
        Assert.Null(charge.BalanceTransaction);
    }

    [Fact]
    public async Task Expire_OfAnOpenSession_ThenAgain_SucceedsThenIsRejected()
    {
        var session = await _line.CreateAsync();
        var request = _line.Client.ExpireSession(session.Id);

        var expired = await _line.SendAsync(request, "a:expire:1");
        var again = await _line.SendAsync(request, "a:expire:2");

        Assert.Equal((PspVerdict.Succeeded, SessionStatus.Expired), (expired.Verdict, expired.Value!.Status));
        Assert.Equal((PspVerdict.Rejected, 400), (again.Verdict, again.Error!.HttpStatus));
    }

    [Fact]
    public async Task List_PagesThroughAll_AndLeavesOutWhatIsNotOurs()
    {
        var from = _line.Time.GetUtcNow().AddMinutes(-1);
        for (var number = 0; number < 103; number++) await _line.CreateAsync();
        await _server.Api.CreateSessionAsync();

        var answer = await _line.Client.ListSessionsAsync(from, from.AddMinutes(10), CancellationToken.None);

        Assert.Equal(PspVerdict.Succeeded, answer.Verdict);
        Assert.Equal(103, answer.Value!.Select(session => session.Id).Distinct().Count());
        Assert.Empty((await _line.Client.ListSessionsAsync(from.AddHours(1), from.AddHours(2), CancellationToken.None)).Value!);
    }

    [Fact]
    public async Task SameKeyAndBytes_SentTwice_MakeOneSession()
    {
        var key = PspLine.NewKey();
        var request = _line.Client.CreateSession(PspLine.Session(key));

        var first = await _line.SendAsync(request, key);
        var second = await _line.SendAsync(request, key);

        Assert.Equal((PspVerdict.Succeeded, true), (second.Verdict, second.Exchange.IsReplay));
        Assert.Equal(first.Value!.Id, second.Value!.Id);
    }

    [Fact]
    public async Task SameKey_WithOtherBytes_IsUnknown_AndWantsALookUp()
    {
        var key = PspLine.NewKey();
        await _line.SendAsync(_line.Client.CreateSession(PspLine.Session(key)), key);

        var other = await _line.SendAsync(_line.Client.CreateSession(PspLine.Session(key, 999)), key);

        Assert.Equal((PspVerdict.Unknown, PspErrorTypes.Idempotency), (other.Verdict, other.Error!.Type));
        Assert.Equal(KeyStep.LookUp, KeyRule.Next(KeyRule.Answered(KeyRule.StartNew(1, DateTimeOffset.UnixEpoch), KeyAnswer.Of(other)), DateTimeOffset.UnixEpoch).Step);
    }

    [Theory]
    [InlineData("timeout_before", 0)]
    [InlineData("timeout_after", 1)]
    [InlineData("reset_before", 0)]
    [InlineData("reset_after", 1)]
    [InlineData("truncate", 1)]
    public async Task LostAnswer_IsUnknown_AndTheSameBytesMakeNoSecondSession(string fault, int madeBeforeTheRepeat)
    {
        var key = PspLine.NewKey();
        var request = _line.Client.CreateSession(PspLine.Session(key));
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Do = fault });

        using var impatient = new PspLine(_server.BaseAddress, guard: PspLine.Impatient);
        var lost = await impatient.SendAsync(request, key);
        var made = await CountAsync();
        var repeated = await _line.SendAsync(request, key);

        Assert.Equal((PspVerdict.Unknown, PspErrorCodes.NoAnswer), (lost.Verdict, lost.Error!.Code));
        Assert.Equal(madeBeforeTheRepeat, made);
        Assert.Equal(PspVerdict.Succeeded, repeated.Verdict);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task LostAnswerOfAnExpire_WhoseBodyIsEmpty_IsUnknownToo()
    {
        var session = await _line.CreateAsync();
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create + "/*/expire", Times = 1, Do = "reset_after" });

        var answer = await _line.SendAsync(_line.Client.ExpireSession(session.Id), "a:expire:1");

        Assert.Equal(PspVerdict.Unknown, answer.Verdict);
        Assert.Equal(SessionStatus.Expired, (await FetchAsync(session)).Value!.Status);
    }

    [Theory]
    [InlineData(500, PspVerdict.Unknown)]
    [InlineData(503, PspVerdict.Unknown)]
    [InlineData(429, PspVerdict.NotSent)]
    [InlineData(409, PspVerdict.NotSent)]
    [InlineData(400, PspVerdict.Rejected)]
    public async Task FaultyStatus_GivesItsVerdict(int status, PspVerdict verdict)
    {
        await _server.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = Create, Times = 1, Status = status });
        var key = PspLine.NewKey();

        var answer = await _line.SendAsync(_line.Client.CreateSession(PspLine.Session(key)), key);

        Assert.Equal((verdict, status), (answer.Verdict, answer.Error!.HttpStatus));
    }

    [Fact]
    public async Task PspThatIsDown_GotNothing()
    {
        await _server.StopAsync();
        var key = PspLine.NewKey();

        var answer = await _line.SendAsync(_line.Client.CreateSession(PspLine.Session(key)), key);

        Assert.Equal((PspVerdict.NotSent, PspErrorCodes.Unavailable), (answer.Verdict, answer.Error!.Code));
    }

    [Fact]
    public async Task WrongKey_IsRejected_AndHoldsFurtherCallsBack_UntilTheNextTry()
    {
        var time = new ManualTime();
        using var line = new PspLine(_server.BaseAddress, "sk_test_wrong", time: time);

        var rejected = await line.Client.FetchBalanceAsync(CancellationToken.None);
        var held = await line.Client.FetchBalanceAsync(CancellationToken.None);
        var paused = line.Health.Report;
        time.Advance(PspHealth.Pause);
        var tried = await line.Client.FetchBalanceAsync(CancellationToken.None);

        Assert.Equal((PspVerdict.Rejected, 401), (rejected.Verdict, rejected.Error!.HttpStatus));
        Assert.Equal((PspVerdict.NotSent, false), (held.Verdict, paused.IsSending));
        Assert.Equal(PspVerdict.Rejected, tried.Verdict);
    }

    [Fact]
    public async Task UnknownSession_IsRejectedAsMissing()
    {
        var answer = await _line.Client.FetchSessionAsync("cs_test_none", CancellationToken.None);

        Assert.Equal((PspVerdict.Rejected, 404, "resource_missing"), (answer.Verdict, answer.Error!.HttpStatus, answer.Error.Code));
    }

    [Fact]
    public async Task BalanceAndEvents_AreRead()
    {
        var session = await _line.CreateAsync();
        await _server.PayAsync(session.Url!);
        var now = _line.Time.GetUtcNow();

        var balance = await _line.Client.FetchBalanceAsync(CancellationToken.None);
        var events = await _line.Client.ListEventsAsync(now.AddMinutes(-5), now.AddMinutes(5), CancellationToken.None);

        Assert.Contains(balance.Value!.Pending, amount => amount is { Currency.Code: "USD", Minor: > 0 });
        var completed = events.Value!.Single(one => one.Type == "checkout.session.completed");
        Assert.Equal(("checkout.session", session.Id, session.Attempt), (completed.ObjectKind, completed.ObjectId, completed.Attempt));
        Assert.Equal(session.Attempt, events.Value!.Single(one => one.Type == "charge.succeeded").Attempt);
    }

    [Fact]
    public async Task KeptExchanges_HoldNothingSecret()
    {
        var key = PspLine.NewKey();
        var created = await _line.SendAsync(_line.Client.CreateSession(PspLine.Session(key)), key);
        await _server.PayAsync(created.Value!.Url!, email: "anna@mail.example");

        var fetched = await FetchAsync(created.Value);

        string[] kept = [created.Exchange.RequestBody, created.Exchange.ResponseBody, fetched.Exchange.ResponseBody];
        Assert.All(kept, text => Assert.DoesNotMatch("@|%40|sk_test_s|_secret_[a-zA-Z0-9]|4242424242424242", text));
        Assert.Contains("\"last4\":\"4242\"", fetched.Exchange.ResponseBody);
        Assert.Contains("customer_email=[redacted]", created.Exchange.RequestBody);
    }

    private Task<PspAnswer<PspSession>> FetchAsync(PspSession session) => _line.Client.FetchSessionAsync(session.Id, CancellationToken.None);

    private async Task<int> CountAsync()
    {
        var now = _line.Time.GetUtcNow();
        return (await _line.Client.ListSessionsAsync(now.AddHours(-1), now.AddHours(1), CancellationToken.None)).Value!.Count;
    }
}
