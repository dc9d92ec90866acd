using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>What can't be refunded is refused with a clear word, and leaves nothing behind.</summary>
[Collection(EngineCollection.Name)]
public sealed class RefundInputTests(EngineHost engine)
{
    private readonly ReturnDesk _desk = new(engine);

    [Theory]
    [InlineData("0.00")]
    [InlineData("-1.00")]
    [InlineData("1")]
    [InlineData("1.005")]
    [InlineData("1,00")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808.00")]
    [InlineData("")]
    public async Task Ask_OfAnAmountThatIsNone_Is422NamingTheField(string amount)
    {
        var order = await _desk.OrderAsync(await SharedAsync());

        var answer = await _desk.AskAsync(order, amount);

        Assert.Equal((422, "invalid_amount", "amount", "none"), (answer.Status, (string?)answer.Body["code"], (string?)answer.Body["field"], (string?)answer.Body["money"]));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM refunds WHERE payment_order_id = $1", order));
    }

    [Theory]
    [InlineData("JPY", "1250", "1.00", "no decimals")]
    [InlineData("KWD", "1.250", "1.25", "exactly 3 decimals")]
    [InlineData("KWD", "1.250", "0.125", "0 as the last decimal")]
    public async Task Ask_InAnotherExponent_SaysWhichOneIsRight(string currency, string paid, string amount, string says)
    {
        var order = await _desk.OrderAsync(await _desk.PaidAsync(amount: paid, currency: currency));

        var answer = await _desk.AskAsync(order, amount);

        Assert.Equal(422, answer.Status);
        Assert.Contains(says, (string?)answer.Body["detail"] ?? answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_MoreThanWasPaid_IsRefusedAndNamesWhatIsLeft()
    {
        var order = await _desk.OrderAsync(await SharedAsync());

        var answer = await _desk.AskAsync(order, "12.51");

        Assert.Equal((422, "refund_too_large"), (answer.Status, (string?)answer.Body["code"]));
        Assert.Contains("12.50 USD", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OfAnUnpaidOrder_Is409()
    {
        var answer = await _desk.AskAsync(await _desk.OrderAsync(await engine.CreateAsync()), "1.00");

        Assert.Equal((409, "not_paid", "none"), (answer.Status, (string?)answer.Body["code"], (string?)answer.Body["money"]));
    }

    [Theory]
    [InlineData("""{"payment_order_id":"ord_nobody","reason":"x"}""", 404, "not_found")]
    [InlineData("""{"reason":"x"}""", 422, "missing_value")]
    [InlineData("""{"payment_order_id":"ord_nobody"}""", 422, "missing_value")]
    [InlineData("""{"payment_order_id":"ord_nobody","reason":"x","status":"SUCCEEDED"}""", 400, "unknown_field")]
    [InlineData("""{"payment_order_id":"ord_nobody","reason":"x","amount":1.5}""", 400, "malformed_request")]
    [InlineData("""{"payment_order_id":"ord_nobody","reason":"x","reason":"y"}""", 400, "duplicate_field")]
    public async Task Ask_WithABodyThatIsWrong_IsRefused(string body, int status, string code)
    {
        var answer = await engine.Client.PostAsync("/api/v1/refunds", Guid.NewGuid().ToString(), body);

        Assert.Equal((status, code), (answer.Status, (string?)answer.Body["code"]));
    }

    [Fact]
    public async Task Get_OfAnUnknownRefund_Is404() => Assert.Equal(404, (await engine.Client.GetAsync("/api/v1/refunds/rfd_none")).Status);

    [Fact]
    public async Task List_ByOrder_ShowsItsRefundsNewestFirst()
    {
        var order = await _desk.OrderAsync(await _desk.PaidAsync());
        var first = await _desk.MadeAsync(order, "1.00");
        var second = await _desk.MadeAsync(order, "2.00");

        var list = (await engine.Client.GetAsync("/api/v1/refunds?limit=1&payment_order_id=" + order)).Body;
        var next = (await engine.Client.GetAsync($"/api/v1/refunds?limit=1&payment_order_id={order}&after={(string?)list["next_cursor"]}")).Body;

        Assert.Equal((second, first), ((string?)list["data"]![0]!["refund_id"], (string?)next["data"]![0]!["refund_id"]));
        Assert.Null((string?)next["next_cursor"]);
    }

    /// <summary>Nothing is ever refunded of it.</summary>
    private async Task<MadeCheckout> SharedAsync() => _shared ??= await _desk.PaidAsync();

    private static MadeCheckout? _shared;
}
