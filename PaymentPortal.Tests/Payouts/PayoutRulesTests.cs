using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>The PSP's rules of payouts, currency by currency, as its page of currencies has them.</summary>
public sealed class PayoutRulesTests
{
    [Theory]
    [InlineData("100.00", "HUF", null)]
    [InlineData("100.01", "HUF", "multiples of 1.00")]
    [InlineData("100.50", "HUF", "multiples of 1.00")]
    [InlineData("7.00", "TWD", null)]
    [InlineData("0.99", "TWD", "multiples of 1.00")]
    [InlineData("0.01", "USD", null)]
    [InlineData("1.250", "KWD", null)]
    [InlineData("1.255", "KWD", "multiples of 0.010")]
    [InlineData("1.255", "BHD", "multiples of 0.010")]
    [InlineData("1", "JPY", null)]
    [InlineData("1.00", "JPY", "The amount must")]
    [InlineData("999999.99", "USD", null)]
    [InlineData("1000000.00", "USD", "at most 999999.99")]
    public void Amount_InItsCurrency_IsWhatThePspPaysOut(string amount, string currency, string? says)
    {
        var read = PayoutRules.Check(new PayoutRequest("seller-1", amount, currency, null));

        if (says is null) Assert.Equal((amount, currency), (read.Value.Amount.ToString(), read.Value.Amount.Currency.Code));
        else Assert.Contains(says, read.Refusal!.Text, StringComparison.Ordinal);
        if (says is not null) Assert.Equal((422, RefusalCodes.InvalidAmount, "amount"), (read.Refusal!.HttpStatus, read.Refusal.Code, read.Refusal.Field));
    }

    [Theory]
    [InlineData("ISK", "500")]
    [InlineData("UGX", "500")]
    [InlineData("MGA", "5.00")]
    [InlineData("XXX", "5.00")]
    [InlineData("usd", "5.00")]
    [InlineData(null, "5.00")]
    public void Currency_ThatIsNotOffered_IsRefused(string? currency, string amount)
    {
        var refusal = PayoutRules.Check(new PayoutRequest("seller-1", amount, currency, null)).Refusal!;

        Assert.Equal((422, RefusalCodes.UnknownCurrency, "currency", MoneyEffect.None), (refusal.HttpStatus, refusal.Code, refusal.Field, refusal.Money));
    }

    /// <summary>What is sold meanwhile waits for its next period: days for one, the next Monday for the other.</summary>
    [Fact]
    public async Task Schedules_DailyAndWeekly_PayAgainInTheirNextPeriodAlone()
    {
        await using var engine = await StubEngine.StartAsync();
        var seed = new PayoutSeed(engine.Services);
        engine.Time.Advance(NextMonday(engine.Time.GetUtcNow()) - engine.Time.GetUtcNow());
        List<SellerAccount> sellers = [];
        foreach (var schedule in new[] { "Daily", "Weekly" })
        {
            var seller = await seed.SellerAsync("in-" + schedule, sales: 0);
            sellers.Add(seller);
            await engine.Lane.RunAsync(unit => unit.Execute("UPDATE seller_accounts SET payout_schedule = $2 WHERE seller_account = $1", seller.Value, schedule), CancellationToken.None);
        }

        for (var day = 1; day <= 8; day++)
        {
            foreach (var seller in sellers)
            {
                await engine.Lane.RunAsync(
                    unit =>
                    {
                        seed.Sell(unit, seller, new Money(100, Currency.Of("USD")));
                        return 0;
                    },
                    CancellationToken.None);
            }
            await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None);
            await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None);
            engine.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal((8, 800), await PaidAsync(engine, sellers[0]));
        Assert.Equal((2, 800), await PaidAsync(engine, sellers[1]));
    }

    [Fact]
    public async Task Schedule_AboveTheLimit_AsksASecondPersonOnce_AndKeepsItsPeriod()
    {
        await using var engine = await StubEngine.StartAsync();
        await StaffSeed.AddAsync(engine.Services, "checker");
        var seller = await new PayoutSeed(engine.Services).SellerAsync("in-plenty", sales: 100);
        await engine.Lane.RunAsync(unit => unit.Execute("UPDATE seller_accounts SET payout_schedule = 'Daily'"), CancellationToken.None);

        Assert.Equal((1, 0), (await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None), await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None)));
        Assert.Equal("REQUESTED", await engine.TextAsync("SELECT status FROM payouts WHERE seller_account = $1", seller.Value));
        var approval = new ApprovalId((await engine.TextAsync("SELECT approval_id FROM approvals WHERE state = 'Pending' AND maker = 'program:payout-schedule'"))!);
        Assert.Equal(ApprovalState.Approved, (await engine.Get<Approvals>().ApproveAsync(approval, Actor.Staff("checker"), CancellationToken.None)).Value);

        Assert.Equal((1, 125_000), await PaidAsync(engine, seller));
        Assert.Equal("APPROVED", await engine.TextAsync("SELECT status FROM payouts WHERE seller_account = $1", seller.Value));
    }

    private static DateTimeOffset NextMonday(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(7 - (((int)now.UtcDateTime.DayOfWeek + 6) % 7)), TimeSpan.Zero);

    private static async Task<(long Count, long Sum)> PaidAsync(StubEngine engine, SellerAccount seller) => (
        await engine.ScalarAsync("SELECT COUNT(*) FROM payouts WHERE seller_account = $1", seller.Value), await engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM payouts WHERE seller_account = $1", seller.Value));

    /// <summary>Whatever is withdrawable: what the PSP does not take of it stays in the wallet.</summary>
    [Fact]
    public async Task Schedule_AsksForWhatThePspTakes_AndLeavesTheRest()
    {
        (string Currency, long Sold, long Paid)[] cases = [("HUF", 12_345, 12_300), ("TWD", 99, 0), ("KWD", 1_259, 1_250), ("JPY", 1_259, 1_259), ("USD", 1_259, 1_259)];
        await using var engine = await StubEngine.StartAsync();
        var seed = new PayoutSeed(engine.Services);
        foreach (var (currency, sold, _) in cases)
        {
            var seller = await seed.SellerAsync("in-" + currency, sales: 0);
            await engine.Lane.RunAsync(
                unit =>
                {
                    seed.Sell(unit, seller, new Money(sold, Currency.Of(currency)));
                    return unit.Execute("UPDATE seller_accounts SET bank_currency = $2, payout_schedule = 'Daily' WHERE seller_account = $1", seller.Value, currency);
                },
                CancellationToken.None);
        }

        Assert.Equal(4, await engine.Get<PayoutSchedules>().RunAsync(CancellationToken.None));

        foreach (var (currency, sold, paid) in cases)
        {
            Assert.Equal((paid, sold - paid), (
                await engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM payouts WHERE currency = $1", currency),
                await engine.ScalarAsync("SELECT payable FROM wallet_balances WHERE currency = $1", currency)));
        }
    }
}
