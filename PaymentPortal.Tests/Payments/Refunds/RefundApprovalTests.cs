using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>Refunds above a limit wait for a second person, with their money set aside; whatever the end, it is given back or sent once.</summary>
[Collection(EngineCollection.Name)]
public sealed class RefundApprovalTests(EngineHost engine)
{
    private readonly ReturnDesk _desk = new(engine);
    private readonly Actor _maker = Actor.Staff("maker-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly Actor _checker = Actor.Staff("checker-" + Guid.NewGuid().ToString("N")[..8]);

    [Fact]
    public async Task Refund_AboveTheLimit_IsSentWhenASecondPersonApproves()
    {
        var (refund, approval) = await AskAsync();
        Assert.Equal("REQUESTED", await _desk.StatusAsync(refund));
        Assert.True((await Approvals.ApproveAsync(approval, _maker, CancellationToken.None)).IsRefused);

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Approvals.ApproveAsync(approval, _checker, CancellationToken.None)));
        await _desk.IsAsync(refund, "SUCCEEDED");

        Assert.Single(both, one => !one.IsRefused);
        var (row, aside) = await ListedAsync(refund);
        Assert.Equal((_maker.Value, _checker.Value, ApprovalState.Approved), (row.MadeBy, aside.Approval?.DecidedBy, aside.Approval?.State));
        Assert.NotNull(aside.ArrivedAt);
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_ThatIsNotApproved_GivesItsMoneyBack()
    {
        var (refund, approval) = await AskAsync();

        Assert.False((await Approvals.RefuseAsync(approval, _checker, "no reason for it", CancellationToken.None)).IsRefused);

        Assert.Equal("REFUSED", await _desk.StatusAsync(refund));
        Assert.Equal(0, await engine.ScalarAsync("SELECT o.refunded + o.taken FROM payment_orders o JOIN refunds r ON r.payment_order_id = o.payment_order_id WHERE r.refund_id = $1", refund));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_CanceledWhileItWaits_EndsItsApproval()
    {
        var (refund, approval) = await AskAsync();

        Assert.False((await Refunds.CancelAsync(new RefundId(refund), _maker, CancellationToken.None)).IsRefused);

        Assert.Equal("CANCELED", await _desk.StatusAsync(refund));
        Assert.True((await Approvals.ApproveAsync(approval, _checker, CancellationToken.None)).IsRefused);
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Refund_AboveTheLimitByAKeyWithoutOwner_IsRefusedAndStoresNothing()
    {
        var order = await _desk.OrderAsync(await _desk.PaidAsync(amount: "1500.00"));

        var answer = await _desk.AskAsync(order);

        Assert.Equal(403, answer.Status);
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM refunds WHERE payment_order_id = $1", order));
        await engine.AssertSoundAsync();
    }

    /// <summary>As the list of refunds shows it, among those of its maker.</summary>
    private async Task<(Refund Row, RefundAside Aside)> ListedAsync(string refund)
    {
        var queries = engine.Services.GetRequiredService<RefundQueries>();
        var row = Assert.Single((await queries.ListAsync(new RefundFilter(MadeBy: _maker.Value), new PagePlace(), 10, CancellationToken.None)).Rows);
        Assert.Equal(refund, row.RefundId);
        return (row, (await queries.AsidesAsync([row], CancellationToken.None))[refund]);
    }

    private Approvals Approvals => engine.Services.GetRequiredService<Approvals>();

    private RefundService Refunds => engine.Services.GetRequiredService<RefundService>();

    private async Task<(string Refund, ApprovalId Approval)> AskAsync()
    {
        await StaffSeed.AddAsync(engine.Services, _checker.Value[Actor.StaffPrefix.Length..]);
        var order = await _desk.OrderAsync(await _desk.PaidAsync(amount: "1500.00"));
        var refund = (await Refunds.AskAsync(new RefundAsk(order, "1200.00", "returned goods"), _maker, CancellationToken.None)).Value.Value;
        return (refund, new ApprovalId((await engine.TextAsync("SELECT approval_id FROM refunds WHERE refund_id = $1", refund))!));
    }
}
