using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>What the platform gives away of its own: a loss taken over from sellers, and an owed refund paid another way. Above the limit neither is one person's.</summary>
public sealed class WriteOffTests : IAsyncLifetime
{
    private static readonly Actor Maker = Actor.Staff("maker");
    private static readonly Actor Checker = Actor.Staff("checker");
    private static readonly Money Paid = Books.Usd(2500);

    /// <summary>One refund of an order uses up a person's day.</summary>
    private static readonly ApprovalLimits Limits = new(new ApprovalLimit(1250, 1250, 1_000_000, 1_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));

    private StubEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = await StubEngine.StartAsync((services, _) => services.Replace(ServiceDescriptor.Singleton(Limits)));
        await StaffSeed.AddAsync(_engine.Services, "maker", "checker");
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task OwedRefund_PaidAnotherWay_AboveTheLimitWaitsForASecondPerson()
    {
        var owed = await OwedAsync();

        var asked = (await PaidElsewhereAsync(owed, Maker)).Value!.Value;
        Assert.Equal((-1250, "Open"), (await SumAsync("refunds:owed"), await TaskAsync(owed)));
        Assert.Equal(409, (await PaidElsewhereAsync(owed, Maker)).Refusal?.HttpStatus);
        Assert.Equal("maker_is_checker", (await Approvals.ApproveAsync(asked, Maker, CancellationToken.None)).Refusal?.Code);
        Assert.Equal(ApprovalState.Approved, (await Approvals.ApproveAsync(asked, Checker, CancellationToken.None)).Value);

        Assert.Equal((0, -1250, "PaidElsewhere"), (await SumAsync("refunds:owed"), await SumAsync("bank:main"), await TaskAsync(owed)));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'OwedPaid' AND memo = 'bank transfer 4711'"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task OwedRefund_PaidAnotherWay_WithinTheLimitIsOnesOwnAndCountsForTheDay()
    {
        var owed = await OwedAsync();

        Assert.Null((await PaidElsewhereAsync(owed, Checker)).Value);

        Assert.Equal("PaidElsewhere", await TaskAsync(owed));
        Assert.Equal(1250, await _engine.ScalarAsync("SELECT amount FROM approval_sums WHERE person = 'checker' AND side = 'alone'"));
        Assert.Empty(await _engine.BrokenAsync());
        await _engine.Lane.RunAsync(unit => unit.Execute("DELETE FROM approval_sums WHERE person = 'checker'"), CancellationToken.None);
        Assert.Contains("approvals-04", (await _engine.BrokenAsync()).Keys);
    }

    [Fact]
    public async Task OwedRefund_SentAgainWhileTheOtherWayWaits_IsNotPaidTwice()
    {
        var owed = await OwedAsync();
        var asked = (await PaidElsewhereAsync(owed, Maker)).Value!.Value;

        Assert.False((await _engine.Get<FinanceRefunds>().RefundAsync(owed.Value, Checker, "the buyer has the same card", CancellationToken.None)).IsRefused);

        Assert.Equal(ApprovalState.Void, (await Approvals.ApproveAsync(asked, Checker, CancellationToken.None)).Value);
        Assert.Equal(0, await SumAsync("bank:main"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Suspense_RefundedByFinance_AboveTheLimitWaitsForASecondPerson()
    {
        var (_, session) = await _engine.PaidOddlyAsync(Books.Usd(2499));

        var refund = (await SuspenseAsync(session)).Value;
        var asked = new ApprovalId((await _engine.TextAsync("SELECT approval_id FROM refunds WHERE refund_id = $1", refund.Value))!);
        Assert.Equal((0, -2499, "REQUESTED"), (await SumAsync("suspense"), await SumAsync("refunds:open"), await RefundStatusAsync(refund)));
        Assert.Equal(409, (await SuspenseAsync(session)).Refusal?.HttpStatus);
        Assert.Equal("maker_is_checker", (await Approvals.ApproveAsync(asked, Maker, CancellationToken.None)).Refusal?.Code);
        Assert.Equal(ApprovalState.Approved, (await Approvals.ApproveAsync(asked, Checker, CancellationToken.None)).Value);

        Assert.Equal("APPROVED", await RefundStatusAsync(refund));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task LostDispute_TakenOverByThePlatform_AboveTheLimitWaitsForASecondPerson()
    {
        var (_, dispute) = await DisputedAsync(PspDisputeStatus.NeedsResponse, PspDisputeStatus.Lost);

        var asked = (await BearAsync(dispute, DisputeBearer.Platform)).Value!.Value;
        Assert.Equal((0, "Seller"), (await SumAsync("disputes:lost"), await BearerAsync(dispute)));
        Assert.Equal("maker_is_checker", (await Approvals.ApproveAsync(asked, Maker, CancellationToken.None)).Refusal?.Code);
        var shown = (await _engine.Get<ApprovalQueries>().FindAsync(asked.Value, CancellationToken.None))!.Shown.Lines;
        Assert.Equal(ApprovalState.Approved, (await Approvals.ApproveAsync(asked, Checker, CancellationToken.None)).Value);

        Assert.Equal((2500, "Platform"), (await SumAsync("disputes:lost"), await BearerAsync(dispute)));
        var booked = await _engine.Lane.RunAsync(
            unit => unit.Query("SELECT p.account, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'DisputeShifted' AND e.memo = 'our mistake' ORDER BY p.line", row => (row.GetString(0), row.GetInt64(1))),
            CancellationToken.None);
        Assert.Equal(shown.Select(line => (line.Account, line.Amount.Minor)), booked);
        Assert.Equal(409, (await BearAsync(dispute, DisputeBearer.Seller)).Refusal?.HttpStatus);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task OpenDispute_LostWhileThePlatformsPartWaits_IsAskedAboutAnew()
    {
        var (checkout, dispute) = await DisputedAsync(PspDisputeStatus.NeedsResponse);
        var asked = (await BearAsync(dispute, DisputeBearer.Platform)).Value!.Value;

        await _engine.DisputeAsync(checkout, Paid, PspDisputeStatus.Lost);

        Assert.Equal(ApprovalState.Void, (await Approvals.ApproveAsync(asked, Checker, CancellationToken.None)).Value);
        Assert.Equal((0, "Seller"), (await SumAsync("disputes:lost"), await BearerAsync(dispute)));
        Assert.NotNull((await BearAsync(dispute, DisputeBearer.Platform)).Value);
        Assert.Empty(await _engine.BrokenAsync());
    }

    private Approvals Approvals => _engine.Get<Approvals>();

    /// <summary>A refund of the maker's whole day, which the bank gave back.</summary>
    private async Task<RefundId> OwedAsync()
    {
        var order = await _engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 AND line = 1", (await _engine.PaidAsync()).Id);
        var refund = (await _engine.Get<RefundService>().AskAsync(new RefundAsk(order, "12.50", "Returned goods"), Maker, CancellationToken.None)).Value;
        await _engine.AnswerAsync(refund, PspRefundStatus.Failed);
        Assert.Equal(-1250, await SumAsync("refunds:owed"));
        return refund;
    }

    private async Task<(MadeCheckout Checkout, DisputeId Dispute)> DisputedAsync(params PspDisputeStatus[] statuses)
    {
        var checkout = await _engine.PaidAsync();
        var dispute = default(DisputeId);
        foreach (var status in statuses) dispute = await _engine.DisputeAsync(checkout, Paid, status);
        return (checkout, dispute);
    }

    private Task<Result<ApprovalId?>> PaidElsewhereAsync(RefundId owed, Actor who) => _engine.Get<FinanceRefunds>().PaidElsewhereAsync(owed.Value, who, "bank transfer 4711", CancellationToken.None);

    private Task<Result<ApprovalId?>> BearAsync(DisputeId dispute, DisputeBearer bearer) => _engine.Get<DisputeDesk>().SetBearerAsync(dispute, bearer, "our mistake", Maker, CancellationToken.None);

    private Task<Result<RefundId>> SuspenseAsync(string session) => _engine.Get<FinanceRefunds>().RefundAsync(session, Maker, "taken by mistake", CancellationToken.None);

    private Task<string?> RefundStatusAsync(RefundId refund) => _engine.TextAsync("SELECT status FROM refunds WHERE refund_id = $1", refund.Value);

    private Task<string?> TaskAsync(RefundId owed) => _engine.TextAsync("SELECT state FROM finance_tasks WHERE session_id = $1", owed.Value);

    private Task<string?> BearerAsync(DisputeId dispute) => _engine.TextAsync("SELECT bearer FROM disputes WHERE dispute_id = $1", dispute.Value);

    private Task<long> SumAsync(string account) => _engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1", account);
}
