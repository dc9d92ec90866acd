using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

public sealed class PaymentDetailsTests : IAsyncLifetime
{
    private TestStore _store = null!;

    public async Task InitializeAsync() => _store = await TestStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Details_OfAPaidPayment_HoldEverythingAroundIt()
    {
        var payment = await SeedAsync(SeedShape.Paid);

        var details = await ReadAsync(payment);

        Assert.Equal((PaymentState.Succeeded, payment.Total), (details.State, details.Total));
        Assert.Equal(payment.Order.Value, Assert.Single(details.Orders).PaymentOrderId);
        Assert.Equal(payment.Session, Assert.Single(details.Attempts).PspToken);
        Assert.Equal(payment.Charge, details.PaidCharge!.ChargeId);
        Assert.Equal(["PayIn", "PspFee"], details.Entries.Select(entry => entry.Kind.ToString()));
        Assert.All(details.Entries, entry => Assert.Equal(0, entry.Lines.Sum(line => line.Amount.Minor)));
    }

    [Fact]
    public async Task Details_ByDefault_MaskTheCustomer()
    {
        var details = await ReadAsync(await SeedAsync(SeedShape.Paid));

        Assert.Equal(("Anna 0.", "a***@example.com", false), (details.Buyer.Name, details.Buyer.Email, details.Buyer.IsRevealed));
    }

    [Fact]
    public async Task Details_OfNoPaymentOfOurs_AreNull() => Assert.Null(await Query().FindAsync(new CheckoutId("chk_none"), CancellationToken.None));

    [Fact]
    public async Task Details_ShowEventsOfThePspThatNameItsAttemptOrItsSession()
    {
        var payment = await SeedAsync(SeedShape.Paid);
        await NoticeAsync("evt_1", "checkout.session.completed", payment.Session!, null);
        await NoticeAsync("evt_2", "charge.succeeded", "ch_unknown", payment.Attempt!.Value.Value);
        await NoticeAsync("evt_3", "charge.succeeded", "ch_other", null);

        var details = await ReadAsync(payment);

        Assert.Equal(["evt_1", "evt_2"], details.Notices.Select(notice => notice.EventId).Order());
    }

    [Fact]
    public async Task Details_ShowWhatMerchantsWereToldOfThePaymentAndItsAttempts()
    {
        var payment = await SeedAsync(SeedShape.Paid);
        await _store.RunAsync(unit => unit.Execute("INSERT INTO webhook_endpoints (endpoint_id, url, types, state, secret, from_position, created_at) VALUES ('whe_1', 'https://shop.example/hooks', '*', 'Enabled', x'00', 0, $1)", unit.Now));
        foreach (var (id, about) in new[] { ("whd_1", payment.Id.Value), ("whd_2", payment.Attempt!.Value.Value), ("whd_3", "chk_other") })
            await _store.RunAsync(unit => unit.Execute("INSERT INTO webhook_deliveries (delivery_id, endpoint_id, event_id, event_type, aggregate_id, state, tries, created_at) VALUES ($1, 'whe_1', $1, 'checkout.succeeded', $2, 'Delivered', 1, $3)", id, about, unit.Now));

        var details = await ReadAsync(payment);

        Assert.Equal([("whd_2", "https://shop.example/hooks"), ("whd_1", "https://shop.example/hooks")], details.Deliveries.Select(delivery => (delivery.DeliveryId, delivery.Url)));
    }

    [Theory]
    [InlineData(SeedShape.Created, MoneyEffect.None, "the customer", AnswerStep.Nothing)]
    [InlineData(SeedShape.AtPsp, MoneyEffect.None, "the customer", AnswerStep.AskPsp)]
    [InlineData(SeedShape.Confirming, MoneyEffect.Unknown, "the PSP", AnswerStep.AskPsp)]
    [InlineData(SeedShape.Starting, MoneyEffect.None, "us", AnswerStep.Nothing)]
    [InlineData(SeedShape.CancelAsked, MoneyEffect.Unknown, "the PSP", AnswerStep.AskPsp)]
    [InlineData(SeedShape.Retrying, MoneyEffect.Unknown, "the PSP", AnswerStep.AskPsp)]
    [InlineData(SeedShape.Dead, MoneyEffect.None, "us", AnswerStep.Advice)]
    [InlineData(SeedShape.Overdue, MoneyEffect.Unknown, "the PSP", AnswerStep.AskPsp)]
    [InlineData(SeedShape.Paid, MoneyEffect.Taken, "nobody", AnswerStep.Nothing)]
    [InlineData(SeedShape.PaidLate, MoneyEffect.Taken, "finance", AnswerStep.AcceptLate)]
    [InlineData(SeedShape.Failed, MoneyEffect.None, "the customer", AnswerStep.Advice)]
    [InlineData(SeedShape.Canceled, MoneyEffect.None, "nobody", AnswerStep.Nothing)]
    [InlineData(SeedShape.Expired, MoneyEffect.None, "nobody", AnswerStep.Nothing)]
    public async Task Answer_OfEachShape_SaysMoneyWhoAndNext(SeedShape shape, MoneyEffect money, string who, AnswerStep next)
    {
        var details = await ReadAsync(await SeedAsync(shape));

        var answer = PaymentAnswers.Of(details, money => $"{money} {money.Currency}");

        Assert.Equal((money, who, next), (answer.Money, answer.Who, answer.Next));
        Assert.EndsWith(".", answer.What, StringComparison.Ordinal);
        Assert.Equal(money == MoneyEffect.Taken, answer.Taken is not null);
    }

    [Fact]
    public async Task Answer_OfADecline_SpeaksTheCataloguesWords()
    {
        var details = await ReadAsync(await SeedAsync(SeedShape.Failed));

        var answer = PaymentAnswers.Of(details, money => $"{money} {money.Currency}");

        var text = PspErrorCatalogue.FindDecline(details.NewestDecline!.FailureCode, details.NewestDecline.DeclineCode);
        Assert.StartsWith(text.What, answer.What, StringComparison.Ordinal);
        Assert.Equal(text.Code, answer.Code);
    }

    [Theory]
    [InlineData(PaymentOrderStatus.Executing, AttemptState.Open, true, true)]
    [InlineData(PaymentOrderStatus.NotStarted, null, false, false)]
    [InlineData(PaymentOrderStatus.Success, AttemptState.Paid, true, true)]
    [InlineData(PaymentOrderStatus.Failed, AttemptState.SessionExpired, true, true)]
    [InlineData(PaymentOrderStatus.Expired, AttemptState.Abandoned, true, true)]
    [InlineData(PaymentOrderStatus.Executing, AttemptState.Rejected, false, false)]
    public void WhyNotAsk_ByAttempt_IsNullWhereThePspKnowsMore(PaymentOrderStatus status, AttemptState? attempt, bool hasSession, bool can) =>
        Assert.Equal(can, PaymentDesk.WhyNotAsk(status, attempt, hasSession) is null);

    [Theory]
    [InlineData(PaymentOrderStatus.NotStarted, false, true)]
    [InlineData(PaymentOrderStatus.Executing, false, true)]
    [InlineData(PaymentOrderStatus.Executing, true, false)]
    [InlineData(PaymentOrderStatus.Success, false, false)]
    [InlineData(PaymentOrderStatus.Expired, false, false)]
    public void WhyNotCancel_ByStatus_IsNullWhileItIsOpen(PaymentOrderStatus status, bool isAsked, bool can) =>
        Assert.Equal(can, PaymentDesk.WhyNotCancel(status, isAsked) is null);

    [Theory]
    [InlineData("anna.kovacs@mail.example", "a***@mail.example")]
    [InlineData("@odd", "***")]
    public void MaskEmail_Keeps_FirstLetterAndDomain(string email, string masked) => Assert.Equal(masked, PersonalData.MaskEmail(email));

    [Theory]
    [InlineData("Anna Kovacs", "Anna K.")]
    [InlineData("Cher", "C***")]
    public void MaskName_Keeps_FirstNameAndALetter(string name, string masked) => Assert.Equal(masked, PersonalData.MaskName(name));

    private async Task<SeededPayment> SeedAsync(SeedShape shape) => (await new PaymentSeed(_store.Lane, _store.Cipher, _store.Chain, _store.Time).AddAsync(1, _ => shape))[0];

    private PaymentDetailsQuery Query() => new(
        _store.Databases, new PspTalk(_store.Cipher), new Buyers(_store.Cipher), new StaffNames(_store.Cipher), new PaymentNotes(_store.Lane, _store.Cipher, new AuditLog(_store.Chain)), new PaymentSettings { PublicBaseAddress = () => "https://pay.example" }, _store.Time);

    private async Task<PaymentDetails> ReadAsync(SeededPayment payment) => (await Query().FindAsync(payment.Id, CancellationToken.None))!;

    private Task<int> NoticeAsync(string id, string type, string objectId, string? attempt) => _store.RunAsync(unit => unit.Execute(
        "INSERT INTO psp_inbox (event_id, type, object_id, attempt_id, state, created_at, received_at, deliveries) VALUES ($1, $2, $3, $4, 'Applied', $5, $5, 1)",
        id, type, objectId, attempt, unit.Now));
}
