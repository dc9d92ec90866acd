using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Payouts of which a test takes each step by itself: what is withdrawable, banks that change under way, and people who act at the same moment.</summary>
public sealed class PayoutStateTests : IAsyncLifetime
{
    private const int AtOnce = 8;
    private static readonly Actor Maker = Actor.Staff("maker");
    private static readonly Actor Checker = Actor.Staff("checker");

    private StubEngine _engine = null!;
    private StubPayouts _bank = null!;

    private PayoutService Payouts => _engine.Get<PayoutService>();

    /// <summary>Two sales of which the seller has 12.50 each, available in two days.</summary>
    public async Task InitializeAsync()
    {
        var limits = new ApprovalLimits(new ApprovalLimit(1000, 1_000_000, 1_000_000, 1_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));
        _engine = await StubEngine.StartAsync((services, time) =>
        {
            services.Replace(ServiceDescriptor.Singleton(limits));
            services.Replace(ServiceDescriptor.Singleton<IPayoutProvider>(_bank = new StubPayouts(time)));
        });
        await StaffSeed.AddAsync(_engine.Services, "maker", "checker");
        for (var sale = 0; sale < 2; sale++) await _engine.PaidAsync();
        await ExecuteAsync(
            "UPDATE seller_accounts SET name = 'Tea house', country = 'US', bank = $1, bank_currency = 'USD', bank_last4 = '6789', bank_version = 1, bank_sent_version = 1, psp_account = 'acct_stub', is_psp_account_ours = 1, is_payouts_enabled = 1 WHERE seller_account = 'seller-1'",
            _engine.Get<FieldCipher>().Seal("seller_accounts", "seller-1", "bank", "{}").Bytes);
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Request_OfMoneyThatIsNotAvailableYet_IsRefusedUntilItIs()
    {
        var whole = await PayableAsync();

        var early = await AskAsync(1);
        Assert.Equal((409, RefusalCodes.InsufficientFunds, 0), (early.Refusal!.HttpStatus, early.Refusal.Code, await _engine.ScalarAsync("SELECT COUNT(*) FROM payouts")));
        _engine.Time.Advance(TimeSpan.FromDays(3));

        Assert.Equal(RefusalCodes.InsufficientFunds, (await AskAsync(whole + 1)).Refusal?.Code);
        Assert.False((await AskAsync(whole)).IsRefused);
        Assert.Equal((0, whole), (await PayableAsync(), await HeldAsync()));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task BankChanged_AfterApprovalAndBeforeTheTransfer_IsRefusedAndGivesTheHoldBack()
    {
        var payout = await RequestAsync(500);
        var before = await PayableAsync();

        await NewBankAsync();
        await StepAsync(payout);

        Assert.Equal(("REFUSED", "BankChanged"), (await StatusAsync(payout), await CauseAsync(payout)));
        Assert.Equal((before + 500, 0), (await PayableAsync(), await HeldAsync()));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1", payout.Value));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task BankChanged_BetweenTransferAndPayout_FailsAndStaysHeldUntilItIsTakenBack()
    {
        var payout = await RequestAsync(500);
        await StepAsync(payout);
        Assert.Equal("SENDING", await StatusAsync(payout));

        await NewBankAsync();
        await StepAsync(payout);

        Assert.Equal(("FAILED", "BankChanged", 500), (await StatusAsync(payout), await CauseAsync(payout), await HeldAsync()));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM payout_sends WHERE payout_id = $1", payout.Value));
        Assert.Empty(await _engine.BrokenAsync());
        await Payouts.TakeBackAsync(payout, "The bank is another by now", Maker, CancellationToken.None);
        Assert.Equal(("CANCELED", 0), (await StatusAsync(payout), await HeldAsync()));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Withdrawn_ByItsMaker_GivesTheHoldBackOnce()
    {
        var payout = await RequestAsync(1500);
        var held = (await PayableAsync(), await HeldAsync());
        var approval = new ApprovalId((await _engine.TextAsync("SELECT approval_id FROM approvals WHERE subject_id = $1", payout.Value))!);

        Assert.Equal(403, (await _engine.Get<Approvals>().WithdrawAsync(approval, Checker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Equal(ApprovalState.Withdrawn, (await _engine.Get<Approvals>().WithdrawAsync(approval, Maker, CancellationToken.None)).Value);
        Assert.True((await _engine.Get<Approvals>().WithdrawAsync(approval, Maker, CancellationToken.None)).IsRefused);

        Assert.Equal(("CANCELED", "ApprovalWithdrawn"), (await StatusAsync(payout), await CauseAsync(payout)));
        Assert.Equal((held.Item1 + 1500, held.Item2 - 1500), (await PayableAsync(), await HeldAsync()));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PayoutRelease' AND source_id = $1", payout.Value));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Returned_PaidAgain_IsTheSameTransferAndASecondPayout()
    {
        var payout = await RequestAsync(500);
        await EndAsync(payout, PspPayoutStatus.Paid);
        _bank.Says = PspPayoutStatus.Failed;
        await StepAsync(payout);
        Assert.Equal(("RETURNED", 500), (await StatusAsync(payout), await HeldAsync()));

        Assert.Equal(PayoutStatus.Sending, (await PayAgainAsync(payout)).Value);
        await EndAsync(payout, PspPayoutStatus.Paid, steps: 2);

        Assert.Equal(("PAID", 0), (await StatusAsync(payout), await HeldAsync()));
        Assert.Equal((1, 2), (await EntriesAsync("PayoutTransfer"), await _engine.ScalarAsync("SELECT COUNT(*) FROM payout_sends WHERE payout_id = $1", payout.Value)));
        Assert.Equal((2, 1), (await EntriesAsync("PayoutPaid"), await EntriesAsync("Reversal")));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task PayAgain_ByManyAtOnce_IsPaidAgainOnce()
    {
        var payout = await RequestAsync(500);
        await EndAsync(payout, PspPayoutStatus.Failed);

        var all = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => PayAgainAsync(payout)));
        Assert.Single(all, one => !one.IsRefused);
        Assert.All(all.Where(one => one.IsRefused), one => Assert.Equal(409, one.Refusal!.HttpStatus));
        await EndAsync(payout, PspPayoutStatus.Paid, steps: 2);

        Assert.Equal((2, 2), (await _engine.ScalarAsync("SELECT round FROM payouts"), await _engine.ScalarAsync("SELECT COUNT(*) FROM payout_sends")));
        Assert.Equal((1, 1), (await EntriesAsync("PayoutTransfer"), await EntriesAsync("PayoutPaid")));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task TakeBack_ByManyAtOnce_ReversesTheTransferOnce()
    {
        var payout = await RequestAsync(500);
        var before = await PayableAsync();
        await EndAsync(payout, PspPayoutStatus.Failed);

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Payouts.TakeBackAsync(payout, "The bank is closed", Maker, CancellationToken.None)));
        if (await StatusAsync(payout) != "CANCELED") await StepAsync(payout);

        Assert.Equal(("CANCELED", before + 500, 0), (await StatusAsync(payout), await PayableAsync(), await HeldAsync()));
        Assert.Equal((1, 1), (await EntriesAsync("PayoutTransferBack"), await EntriesAsync("PayoutRelease")));
        Assert.Equal(1, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND step = 'transfer-back'", payout.Value));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task OwnMoney_ThatIsNotOursAnyMoreWhenItLeaves_IsRefusedAndNothingIsSent()
    {
        var own = (await Payouts.RequestOwnAsync(Books.Usd(700), "Rent", Maker, CancellationToken.None)).Value;
        var approval = new ApprovalId((await _engine.TextAsync("SELECT approval_id FROM approvals WHERE subject_id = $1", own.Value))!);
        Assert.Equal(ApprovalState.Approved, (await _engine.Get<Approvals>().ApproveAsync(approval, Checker, CancellationToken.None)).Value);

        // The stub says that the PSP has 100,000.00: all but 6.99 of it is a seller's by now.
        await ExecuteAsync("INSERT INTO wallet_balances (seller_account, currency, payable, held) SELECT 'seller-9', 'USD', 10000000 - 699 - SUM(payable), 0 FROM wallet_balances");
        await StepAsync(own);

        Assert.Equal(("REFUSED", "NotOurs"), (await StatusAsync(own), await CauseAsync(own)));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1", own.Value) + await EntriesAsync("OwnPayoutSent") + await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1", own.Value));
    }

    [Theory]
    [InlineData(false, "'PayoutTransfer', 'PayoutPaid'")]
    [InlineData(true, "'OwnPayoutSent', 'OwnPayoutPaid'")]
    public async Task Approved_BooksExactlyTheLinesThatWereShown(bool isOwn, string kinds)
    {
        var payout = isOwn ? (await Payouts.RequestOwnAsync(Books.Usd(700), "Rent", Maker, CancellationToken.None)).Value : await RequestAsync(1500);
        var approval = new ApprovalId((await _engine.TextAsync("SELECT approval_id FROM approvals WHERE subject_id = $1", payout.Value))!);
        var shown = (await _engine.Get<ApprovalQueries>().FindAsync(approval.Value, CancellationToken.None))!.Shown.Lines;

        Assert.Equal(ApprovalState.Approved, (await _engine.Get<Approvals>().ApproveAsync(approval, Checker, CancellationToken.None)).Value);
        await EndAsync(payout, PspPayoutStatus.Paid, steps: isOwn ? 2 : 3);

        Assert.Equal("PAID", await StatusAsync(payout));
        var booked = await _engine.Lane.RunAsync(
            unit => unit.Query($"SELECT p.account, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind IN ({kinds}) ORDER BY e.seq, p.line", row => (row.GetString(0), row.GetInt64(1))),
            CancellationToken.None);
        Assert.Equal(shown.Select(line => (line.Account, line.Amount.Minor)), booked);
    }

    /// <summary>A payout of available money.</summary>
    private async Task<PayoutId> RequestAsync(long minor)
    {
        _engine.Time.Advance(TimeSpan.FromDays(3));
        var made = await AskAsync(minor);
        Assert.False(made.IsRefused, made.Refusal?.Text);
        return made.Value;
    }

    private Task<Result<PayoutId>> AskAsync(long minor) => Payouts.RequestAsync(new NewPayout(Books.Seller(), Books.Usd(minor), "Weekly share"), Maker, CancellationToken.None);

    private Task<Result<PayoutStatus>> PayAgainAsync(PayoutId payout) => Payouts.PayAgainAsync(payout, "The bank was mended", Maker, CancellationToken.None);

    /// <summary>Transfer, payout and the look-up that learns its end.</summary>
    private async Task EndAsync(PayoutId payout, PspPayoutStatus end, int steps = 3)
    {
        _bank.Says = end;
        for (var step = 0; step < steps; step++) await StepAsync(payout);
    }

    private async Task StepAsync(PayoutId payout)
    {
        var task = await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PayoutSteps.Payout, payout.Value), CancellationToken.None);
        await _engine.Get<RetryWorker>().RunOneAsync(task!, CancellationToken.None);
    }

    private Task NewBankAsync() => ExecuteAsync("UPDATE seller_accounts SET bank_version = 2, bank_sent_version = 2, bank_last4 = '1111' WHERE seller_account = 'seller-1'");

    private Task<int> ExecuteAsync(string sql, params object[] values) => _engine.Lane.RunAsync(unit => unit.Execute(sql, values), CancellationToken.None);

    private Task<long> PayableAsync() => _engine.ScalarAsync("SELECT payable FROM wallet_balances WHERE seller_account = 'seller-1'");

    private Task<long> HeldAsync() => _engine.ScalarAsync("SELECT held FROM wallet_balances WHERE seller_account = 'seller-1'");

    private Task<long> EntriesAsync(string kind) => _engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = $1", kind);

    private Task<string?> StatusAsync(PayoutId payout) => _engine.TextAsync("SELECT status FROM payouts WHERE payout_id = $1", payout.Value);

    /// <summary>Of its last move.</summary>
    private Task<string?> CauseAsync(PayoutId payout) => _engine.TextAsync("SELECT cause FROM payout_history WHERE payout_id = $1 ORDER BY version DESC LIMIT 1", payout.Value);
}
