using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Many sellers paid by one act: what it would do is said first, and under one key nobody is paid twice.</summary>
public sealed class PayoutBatchTests : IAsyncLifetime
{
    private const int AtOnce = 8;
    private static readonly Actor Maker = Actor.Staff("maker");

    private readonly string _key = Guid.NewGuid().ToString("N");
    private StubEngine _engine = null!;
    private PayoutSeed _seed = null!;

    private PayoutBatches Batches => _engine.Get<PayoutBatches>();

    /// <summary>Three sellers with 12.50 and one with 25.00; alone a person may move 20.00 at once and 30.00 a day.</summary>
    public async Task InitializeAsync()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(2000, 3000, 1_000_000, 1_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));
        _engine = await StubEngine.StartAsync((services, time) =>
        {
            services.Replace(ServiceDescriptor.Singleton(limits));
            services.Replace(ServiceDescriptor.Singleton<IPayoutProvider>(new StubPayouts(time)));
        });
        await StaffSeed.AddAsync(_engine.Services, "maker", "another");
        _seed = new PayoutSeed(_engine.Services);
        foreach (var (seller, sales) in new[] { ("a", 1), ("b", 1), ("c", 1), ("d", 2) }) await _seed.SellerAsync(seller, sales);
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Plan_SaysWhoIsPaid_WhoNeedsASecondPerson_AndWhoIsLeftOutAndWhy()
    {
        foreach (var seller in new[] { "e", "f", "g", "h" }) await _seed.SellerAsync(seller, 1);
        await _seed.SellerAsync("i", 0);
        await _seed.PayoutAsync(SellerAccount.Of("h"), PayoutStatus.Approved, "5.00");
        await ExecuteAsync("UPDATE seller_accounts SET is_payouts_enabled = 0 WHERE seller_account = 'e'");
        await ExecuteAsync("UPDATE seller_accounts SET psp_account = NULL WHERE seller_account = 'f'");
        await ExecuteAsync("UPDATE seller_accounts SET bank_currency = 'EUR' WHERE seller_account = 'g'");

        var plan = await Batches.PlanAsync(null, Maker, CancellationToken.None);

        Assert.Equal([("a", null), ("b", null), ("c", ApprovalTrigger.DayLimit), ("d", ApprovalTrigger.SingleLimit)], plan.Pays.Select(pay => (pay.Line.Seller.Value, pay.Rule?.Trigger)));
        Assert.Equal([1250, 1250, 1250, 2500], plan.Pays.Select(pay => pay.Line.Amount.Minor));
        Assert.Equal(4, plan.Skipped.Sum(skip => skip.Count));
        foreach (var why in new[] { "does not pay out", "No bank account", "another currency", "waits to be sent" }) Assert.Contains(plan.Skipped, skip => skip.WhyNot.Contains(why, StringComparison.Ordinal));
        Assert.Equal(["b"], (await Batches.PlanAsync(new HashSet<string> { "b:USD" }, Maker, CancellationToken.None)).Pays.Select(pay => pay.Line.Seller.Value));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Pay_DoesWhatThePlanSaid_AndTheBooksAreSound()
    {
        var plan = await Batches.PlanAsync(null, Maker, CancellationToken.None);

        var ends = await PayAsync(plan.Pays.Select(pay => pay.Line));

        Assert.Equal([PayoutStatus.Approved, PayoutStatus.Approved, PayoutStatus.Requested, PayoutStatus.Requested], ends.Select(end => end.Payout!.Status));
        Assert.Equal((4, 2), (await CountAsync(), await _engine.ScalarAsync("SELECT COUNT(*) FROM approvals WHERE state = 'Pending'")));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT SUM(payable) FROM wallet_balances"));
        Assert.DoesNotContain((await _engine.BrokenAsync()).Keys, rule => rule != PayoutSeed.Breaks);
    }

    /// <summary>It stopped after two of them. By the time it is sent again the first has sold more: he was paid under this key, and is not paid again.</summary>
    [Fact]
    public async Task Pay_SentAgainAfterACrashHalfWay_PaysTheRestAndNobodyTwice()
    {
        var lines = (await Batches.PlanAsync(null, Maker, CancellationToken.None)).Pays.Select(pay => pay.Line).ToList();
        var first = await PayAsync(lines.Take(2));
        await _seed.SellerAsync("a", 1);

        var again = await PayAsync(lines);
        var third = await PayAsync((await Batches.ListAsync(null, 100, CancellationToken.None)).Items.Where(line => line.Seller.Value == "a"));

        Assert.Equal(first.Select(end => end.Payout!.Id), again.Take(2).Select(end => end.Payout!.Id));
        Assert.All(again, end => Assert.NotNull(end.Payout));
        Assert.Equal([true, true, false, false], again.Select(end => end.WasBefore));
        Assert.Equal((first[0].Payout!.Id, 4), (third[0].Payout!.Id, await CountAsync()));
    }

    [Fact]
    public async Task Pay_PressedManyTimesAtOnce_PaysEachOnce()
    {
        var lines = (await Batches.PlanAsync(null, Maker, CancellationToken.None)).Pays.Select(pay => pay.Line).ToList();

        var all = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => PayAsync(lines)));

        Assert.Equal(4, await CountAsync());
        Assert.Single(all.Select(ends => string.Join(',', ends.Select(end => end.Payout!.Id.Value))).Distinct());
    }

    /// <summary>Between the plan and the press: one is paid alone by somebody else, another may not be paid any more. The rest is.</summary>
    [Fact]
    public async Task Pay_OfWhatCannotBePaidAnyMore_SaysWhyAndHoldsUpNobody()
    {
        var lines = (await Batches.PlanAsync(null, Maker, CancellationToken.None)).Pays.Select(pay => pay.Line).ToList();
        await _seed.PayoutAsync(SellerAccount.Of("a"), PayoutStatus.Approved, "1.00");
        await _seed.PayoutAsync(SellerAccount.Of("b"), PayoutStatus.Sending, "1.00");
        await ExecuteAsync("UPDATE seller_accounts SET is_payouts_enabled = 0 WHERE seller_account = 'c'");

        var ends = await PayAsync(lines);

        Assert.Contains("waits to be sent already", ends[0].WhyNot, StringComparison.Ordinal);
        Assert.Contains("can withdraw 11.50 USD", ends[1].WhyNot, StringComparison.Ordinal);
        Assert.Contains("does not pay out", ends[2].WhyNot, StringComparison.Ordinal);
        Assert.Equal((PayoutStatus.Requested, 3), (ends[3].Payout!.Status, await CountAsync()));
    }

    [Fact]
    public async Task Pay_WithoutAReason_OrUnderTheKeyOfAnother_StoresNothing()
    {
        var lines = (await Batches.PlanAsync(null, Maker, CancellationToken.None)).Pays.Select(pay => pay.Line).ToList();

        Assert.Equal("reason", (await Batches.PayAsync(_key, lines, " ", Maker, _ => { }, CancellationToken.None)).Refusal?.Field);
        Assert.Equal("key", (await Batches.PayAsync("mine", lines, "Month end", Maker, _ => { }, CancellationToken.None)).Refusal?.Field);
        Assert.Equal(0, await CountAsync());
        await PayAsync(lines);
        var other = await Batches.PayAsync(_key, lines, "Month end", Actor.Staff("another"), _ => { }, CancellationToken.None);
        Assert.All(other.Value, end => Assert.Null(end.Payout));
        Assert.Equal(4, await CountAsync());
    }

    [Fact]
    public async Task List_IsPagedBySeller()
    {
        var first = await Batches.ListAsync(null, 3, CancellationToken.None);
        var second = await Batches.ListAsync(first.Next, 3, CancellationToken.None);

        Assert.Equal(("a,b,c", "c"), (string.Join(',', first.Items.Select(line => line.Seller)), first.Next));
        Assert.Equal(("d", null), (string.Join(',', second.Items.Select(line => line.Seller)), second.Next));
    }

    private async Task<IReadOnlyList<BatchEnd>> PayAsync(IEnumerable<BatchLine> lines) => (await Batches.PayAsync(_key, [.. lines], "Month end", Maker, _ => { }, CancellationToken.None)).Value;

    private Task<long> CountAsync() => _engine.ScalarAsync("SELECT COUNT(*) FROM payouts");

    private Task ExecuteAsync(string sql) => _engine.Lane.RunAsync(unit => unit.Execute(sql), CancellationToken.None);
}
