using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Disputes;

/// <summary>Disputes and refunds of money that is no order's: in suspense, or never booked because the PSP settled it otherwise.</summary>
public sealed class OddMoneyTests : IAsyncLifetime
{
    private static readonly Money Odd = Books.Usd(2499);
    private static readonly Actor Finance = Actor.Staff("finance");

    private StubEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = await StubEngine.StartAsync();
        await StaffSeed.AddAsync(_engine.Services, "checker");
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Suspense_LostToADispute_IsGoneAndItsTaskClosed()
    {
        var (checkout, session) = await _engine.PaidOddlyAsync(Odd);

        await _engine.DisputeAsync(checkout, Odd, PspDisputeStatus.NeedsResponse);
        Assert.Equal((-2499, 2499, 0), (await SumAsync("suspense"), await SumAsync("disputes:open"), await _engine.ScalarAsync("SELECT COUNT(*) FROM dispute_shares")));
        Assert.Equal(RefusalCodes.ChargeDisputed, (await RefundAsync(session)).Refusal?.Code);
        await _engine.DisputeAsync(checkout, Odd, PspDisputeStatus.Lost);

        Assert.Equal((0, 0), (await SumAsync("suspense"), await SumAsync("disputes:open")));
        Assert.Equal("LostToDispute", await TaskAsync(session));
        Assert.Equal(409, (await RefundAsync(session)).Refusal?.HttpStatus);
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Suspense_WhoseDisputeIsWon_WaitsForFinanceAsBefore()
    {
        var (checkout, session) = await _engine.PaidOddlyAsync(Odd);
        await _engine.DisputeAsync(checkout, Odd, PspDisputeStatus.NeedsResponse);

        await _engine.DisputeAsync(checkout, Odd, PspDisputeStatus.Won);
        Assert.Equal((-2499, 0, "Open"), (await SumAsync("suspense"), await SumAsync("disputes:open"), await TaskAsync(session)));
        await _engine.AnswerAsync((await RefundAsync(session)).Value, PspRefundStatus.Succeeded);

        Assert.Equal((0, "Refunded"), (await SumAsync("suspense"), await TaskAsync(session)));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Unbooked_Refunded_BooksNothingAndClosesItsTask()
    {
        var (_, session) = await _engine.PaidOddlyAsync(settledAs: Odd);
        Assert.Equal("Open", await TaskAsync(session));

        var first = (await RefundAsync(session)).Value;
        Assert.Equal(409, (await RefundAsync(session)).Refusal?.HttpStatus);
        await _engine.AnswerAsync(first, PspRefundStatus.Failed);
        Assert.Equal("Open", await TaskAsync(session));
        await _engine.AnswerAsync((await RefundAsync(session)).Value, PspRefundStatus.Succeeded);

        Assert.Equal("Refunded", await TaskAsync(session));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Theory]
    [InlineData(PspDisputeStatus.Won)]
    [InlineData(PspDisputeStatus.Lost)]
    public async Task Unbooked_Disputed_MovesNothingInTheBooks(PspDisputeStatus end)
    {
        var (checkout, session) = await _engine.PaidOddlyAsync(settledAs: Odd);

        await _engine.DisputeAsync(checkout, Books.Usd(2500), PspDisputeStatus.NeedsResponse);
        await _engine.DisputeAsync(checkout, Books.Usd(2500), end);

        Assert.Equal((0, "Open"), (await _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries"), await TaskAsync(session)));
        Assert.Empty(await _engine.BrokenAsync());
    }

    /// <summary>The task stays open, so whoever moved this money past it could give it away twice.</summary>
    [Fact]
    public async Task Suspense_OfAPayment_CantBeTakenOutByHand_ButWhatWasPutThereByHandCan()
    {
        var (_, session) = await _engine.PaidOddlyAsync(Odd);
        var toSeller = new[] { Posting.Debit(Account.Suspense, Books.Usd(500)), Posting.Credit(Account.SellerPayable(Books.Seller()), Books.Usd(500)) };

        Assert.Equal(RefusalCodes.StateConflict, (await ProposeAsync(ManualTemplate.SuspenseToOrder, toSeller)).Refusal?.Code);
        Assert.Equal(409, (await ProposeAsync(ManualTemplate.Free, toSeller)).Refusal?.HttpStatus);
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM manual_entries") + await _engine.ScalarAsync("SELECT COUNT(*) FROM approvals"));

        await ApproveAsync((await ProposeAsync(ManualTemplate.Free, Posting.Debit(Account.BankMain, Books.Usd(500)), Posting.Credit(Account.Suspense, Books.Usd(500)))).Value);
        var (first, second) = ((await ProposeAsync(ManualTemplate.SuspenseToOrder, toSeller)).Value, (await ProposeAsync(ManualTemplate.SuspenseToOrder, toSeller)).Value);
        Assert.Equal(ApprovalState.Approved, (await ApproveAsync(first)).Value);
        Assert.Equal(409, (await ApproveAsync(second)).Refusal?.HttpStatus);

        Assert.Equal((-2499, "Open"), (await SumAsync("suspense"), await TaskAsync(session)));
        Assert.Empty(await _engine.BrokenAsync());
        await _engine.AnswerAsync((await RefundAsync(session)).Value, PspRefundStatus.Succeeded);
        Assert.Equal((0, "Refunded"), (await SumAsync("suspense"), await TaskAsync(session)));
        Assert.Empty(await _engine.BrokenAsync());
    }

    private Task<Result<ApprovalId>> ProposeAsync(ManualTemplate template, params IReadOnlyList<Posting> lines) =>
        _engine.Get<ManualEntries>().ProposeAsync(template, lines, Finance, "Found on a statement", CancellationToken.None);

    private Task<Result<ApprovalState>> ApproveAsync(ApprovalId id) => _engine.Get<Approvals>().ApproveAsync(id, Actor.Staff("checker"), CancellationToken.None);

    private Task<Result<RefundId>> RefundAsync(string session) => _engine.Get<FinanceRefunds>().RefundAsync(session, Finance, "taken by mistake", CancellationToken.None);

    private Task<string?> TaskAsync(string session) => _engine.TextAsync("SELECT state FROM finance_tasks WHERE session_id = $1", session);

    private Task<long> SumAsync(string account) => _engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = $1", account);
}
