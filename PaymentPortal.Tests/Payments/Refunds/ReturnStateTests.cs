using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>Refunds and disputes that end on the rarer ways, step by step: what was set aside comes back or is accounted for.</summary>
public sealed class ReturnStateTests : IAsyncLifetime
{
    private static readonly Actor Maker = Actor.Staff("maker");
    private static readonly Actor Checker = Actor.Staff("checker");
    private static readonly Money Paid = Books.Usd(2500);

    private StubEngine _engine = null!;

    /// <summary>What comes to more than 10.00 needs a second person.</summary>
    public async Task InitializeAsync()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(1000, 1_000_000, 1_000_000, 1_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));
        _engine = await StubEngine.StartAsync((services, _) => services.Replace(ServiceDescriptor.Singleton(limits)));
        await StaffSeed.AddAsync(_engine.Services, "maker", "checker");
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Waiting_WhoseChargeIsDisputedMeanwhile_IsVoidAndGivesBack()
    {
        var checkout = await _engine.PaidAsync();
        var payable = await PayableAsync();
        var (refund, approval) = await AskAsync(checkout, "12.50");

        await _engine.DisputeAsync(checkout, Paid, PspDisputeStatus.NeedsResponse);
        Assert.Equal(ApprovalState.Void, (await _engine.Get<Approvals>().ApproveAsync(approval!.Value, Checker, CancellationToken.None)).Value);

        Assert.Equal("CANCELED", await StatusAsync(refund));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT SUM(refunded) FROM payment_orders") + await _engine.ScalarAsync("SELECT SUM(refunded) FROM booked_sessions"));
        Assert.Empty(await _engine.BrokenAsync());
        await _engine.DisputeAsync(checkout, Paid, PspDisputeStatus.Won);
        Assert.Equal(payable, await PayableAsync());
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Approved_BooksExactlyTheLinesThatWereShown()
    {
        var (refund, approval) = await AskAsync(await _engine.PaidAsync(), "12.50");
        var shown = (await _engine.Get<ApprovalQueries>().FindAsync(approval!.Value.Value, CancellationToken.None))!.Shown.Lines;

        Assert.Equal(ApprovalState.Approved, (await _engine.Get<Approvals>().ApproveAsync(approval.Value, Checker, CancellationToken.None)).Value);
        await _engine.AnswerAsync(refund, PspRefundStatus.Succeeded);

        var booked = await _engine.Lane.RunAsync(
            unit => unit.Query("SELECT p.account, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind IN ('RefundAsked', 'RefundAccepted') ORDER BY e.seq, p.line", row => (row.GetString(0), row.GetInt64(1))),
            CancellationToken.None);
        Assert.Equal(shown.Select(line => (line.Account, line.Amount.Minor)), booked);
    }

    [Fact]
    public async Task Withdrawn_ByItsMaker_GivesBackWhatWasSetAside()
    {
        var checkout = await _engine.PaidAsync();
        var payable = await PayableAsync();
        var (refund, approval) = await AskAsync(checkout, "12.50");

        Assert.Equal(403, (await _engine.Get<Approvals>().WithdrawAsync(approval!.Value, Checker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Withdrawn, (await _engine.Get<Approvals>().WithdrawAsync(approval.Value, Maker, CancellationToken.None)).Value);

        Assert.Equal(("CANCELED", payable), (await StatusAsync(refund), await PayableAsync()));
        Assert.Null((await AskAsync(checkout, "5.00")).Approval);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Theory]
    [InlineData(PspRefundStatus.Failed)]
    [InlineData(PspRefundStatus.Canceled)]
    public async Task Ended_BeforeThePspTookAnything_IsRefusedAndGivesBack(PspRefundStatus end)
    {
        var payable = await PaidAndPayableAsync();
        var (refund, _) = await AskAsync(payable.Checkout, "5.00");

        await EndAsync(refund, end);

        Assert.Equal(("REFUSED", "RefusedByPsp", payable.Payable), (await StatusAsync(refund), await CauseAsync(refund), await PayableAsync()));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM finance_tasks") + await _engine.ScalarAsync("SELECT SUM(refunded) FROM payment_orders"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Sent_AndNeverSucceeded_IsOwed()
    {
        var (refund, _) = await AskAsync(await _engine.PaidAsync(), "5.00");

        await _engine.AnswerAsync(refund, PspRefundStatus.Pending);
        Assert.Equal("SENT", await StatusAsync(refund));
        await _engine.AnswerAsync(refund, PspRefundStatus.Failed);

        Assert.Equal(("FAILED", -500, "Open"), (await StatusAsync(refund), await SumAsync("refunds:owed"), await _engine.TextAsync("SELECT state FROM finance_tasks WHERE session_id = $1", refund.Value)));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM return_history WHERE item_id = $1 AND to_status = 'SUCCEEDED'", refund.Value));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Theory]
    [InlineData(PspDisputeStatus.InquiryClosed)]
    [InlineData(PspDisputeStatus.Prevented)]
    public async Task Inquiry_ThatEndsAsOne_IsClosedAndMovedNoMoney(PspDisputeStatus end)
    {
        var payable = await PaidAndPayableAsync();
        var dispute = await _engine.DisputeAsync(payable.Checkout, Paid, PspDisputeStatus.InquiryNeedsResponse);

        await _engine.DisputeAsync(payable.Checkout, Paid, end);

        Assert.Equal(("CLOSED", payable.Payable), (await _engine.TextAsync("SELECT status FROM disputes WHERE dispute_id = $1", dispute.Value), await PayableAsync()));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM outbox WHERE aggregate_id = $1 AND type = 'dispute.closed'", dispute.Value));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind LIKE 'Dispute%'"));
        Assert.Equal(409, (await _engine.Get<DisputeDesk>().AcceptAsync(dispute, Maker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Null((await AskAsync(payable.Checkout, "5.00")).Approval);
        Assert.Empty(await _engine.BrokenAsync());
    }

    /// <summary>Every pair that may move, written out once more: a second reading of the same rules.</summary>
    [Fact]
    public void RefundMoves_AllPairs_MoveAsTheTableSaysOrThrow()
    {
        string[] allowed =
        [
            "Requested WithinLimit Approved", "Requested ApprovedByChecker Approved", "Requested RefusedByChecker Refused", "Requested ApprovalEnded Canceled", "Requested Canceled Canceled", "Approved Canceled Canceled",
            "Approved GivenUp Refused", "Approved RefusedByPsp Refused", "Approved TakenByPsp Sent", "Sent ConfirmedByPsp Succeeded", "Sent FailedAtPsp Failed", "Succeeded FailedAtPsp Failed",
        ];
        foreach (var from in Enum.GetValues<RefundStatus>())
        {
            foreach (var cause in Enum.GetValues<RefundCause>())
            {
                var move = allowed.SingleOrDefault(line => line.StartsWith($"{from} {cause} ", StringComparison.Ordinal));
                Assert.Equal(move is not null, RefundMoves.CanMove(from, cause));
                if (move is null) Assert.Throws<InvalidOperationException>(() => RefundMoves.Move(from, cause));
                else Assert.Equal(move.Split(' ')[2], RefundMoves.Move(from, cause).ToString());
            }
        }
    }

    /// <summary>From the row to the column: an inquiry goes anywhere, what is over nowhere, and only the bank's second look turns a review back.</summary>
    [Fact]
    public void DisputeMoves_AllPairs_AreAsTheTableSays()
    {
        var table = new Dictionary<DisputeStatus, string>
        {
            [DisputeStatus.Inquiry] = "-xxxxxx",
            [DisputeStatus.NeedsResponse] = "--xxxxx",
            [DisputeStatus.UnderReview] = "-x-xxxx",
            [DisputeStatus.Won] = "-------",
            [DisputeStatus.Lost] = "-------",
            [DisputeStatus.Accepted] = "-------",
            [DisputeStatus.Closed] = "-------",
        };
        DisputeStatus[] columns = [DisputeStatus.Inquiry, DisputeStatus.NeedsResponse, DisputeStatus.UnderReview, DisputeStatus.Won, DisputeStatus.Lost, DisputeStatus.Accepted, DisputeStatus.Closed];

        Assert.Equal(Enum.GetValues<DisputeStatus>(), columns);
        foreach (var from in columns) Assert.Equal(table[from], string.Concat(columns.Select(to => DisputeMoves.CanMove(from, to) ? 'x' : '-')));
    }

    private async Task<(MadeCheckout Checkout, long Payable)> PaidAndPayableAsync() => (await _engine.PaidAsync(), await PayableAsync());

    private async Task<(RefundId Refund, ApprovalId? Approval)> AskAsync(MadeCheckout checkout, string amount)
    {
        var order = await _engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 AND line = 1", checkout.Id);
        var refund = await _engine.Get<RefundService>().AskAsync(new RefundAsk(order, amount, "Returned goods"), Maker, CancellationToken.None);
        Assert.False(refund.IsRefused, refund.Refusal?.Text);
        var approval = await _engine.TextAsync("SELECT COALESCE(approval_id, '') FROM refunds WHERE refund_id = $1", refund.Value.Value);
        return (refund.Value, approval is { Length: > 0 } ? new ApprovalId(approval) : null);
    }

    /// <summary>The PSP says that it is over and has moved nothing for it.</summary>
    private Task EndAsync(RefundId id, PspRefundStatus status) => _engine.Lane.RunAsync(
        unit =>
        {
            var refund = RefundRow.Find(unit, id)!;
            var end = _engine.Get<RefundOutcome>().Apply(unit, refund, new PspRefund("re_" + id, status, refund.Amount, refund.ChargeId, null, "declined", unit.Now, null, null));
            if (end == RefundEnd.Over) RetryQueue.Remove(unit, RefundSteps.Refund, id.Value);
            return 0;
        },
        CancellationToken.None);

    private Task<string?> StatusAsync(RefundId refund) => _engine.TextAsync("SELECT status FROM refunds WHERE refund_id = $1", refund.Value);

    /// <summary>Of its last move.</summary>
    private Task<string?> CauseAsync(RefundId refund) => _engine.TextAsync("SELECT cause FROM return_history WHERE item_id = $1 ORDER BY version DESC LIMIT 1", refund.Value);

    private Task<long> PayableAsync() => _engine.ScalarAsync("SELECT payable FROM wallet_balances WHERE seller_account = 'seller-1'");

    private Task<long> SumAsync(string account) => _engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1", account);
}
