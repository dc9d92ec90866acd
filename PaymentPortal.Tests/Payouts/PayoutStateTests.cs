using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Wallets;
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

    /// <summary>Sales that the PSP keeps back, of which a part was refunded, a refund was cancelled, all is disputed, or a dispute was won: asked for is all that the wallet lets go.</summary>
    [Fact]
    public async Task Request_OfAllThatIsAvailable_IsProvedFromTheEntries_ToTheMinorUnit()
    {
        Advance();
        var sales = new List<MadeCheckout>();
        for (var sale = 0; sale < 4; sale++) sales.Add(await _engine.PaidAsync());
        await RefundAsync(sales[0], "4.00");
        Assert.False((await _engine.Get<RefundService>().CancelAsync(await RefundAsync(sales[1], "12.00"), Maker, CancellationToken.None)).IsRefused);
        await RefundAsync(sales[1], "12.50");
        foreach (var sale in sales.Skip(2)) await _engine.DisputeAsync(sale, Books.Usd(2500), PspDisputeStatus.NeedsResponse);
        await _engine.DisputeAsync(sales[3], Books.Usd(2500), PspDisputeStatus.Won);

        var first = await AskForAllAsync();
        Assert.Equal(RefusalCodes.InsufficientFunds, (await AskAsync(1)).Refusal?.Code);
        Assert.Empty(await _engine.BrokenAsync());
        Advance();
        var second = await AskForAllAsync();
        Assert.NotEqual((0, 0), (first, second));
        Assert.Empty(await _engine.BrokenAsync());

        foreach (var hold in await _engine.Lane.RunAsync(unit => unit.Query("SELECT payout_id FROM payouts ORDER BY payout_id", row => row.GetString(0)), CancellationToken.None))
        {
            await ExecuteAsync("UPDATE postings SET amount = amount + 1 WHERE amount > 0 AND entry_id = (SELECT entry_id FROM journal_entries WHERE kind = 'PayoutHold' AND source_id = $1)", hold);
            Assert.Contains($"payout {hold} kept back 1 USD more than seller:seller-1:payable had available", (await _engine.BrokenAsync())["payouts-07"]);
            await ExecuteAsync("UPDATE postings SET amount = amount - 1 WHERE amount > 0 AND entry_id = (SELECT entry_id FROM journal_entries WHERE kind = 'PayoutHold' AND source_id = $1)", hold);
        }
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
    public async Task PayAgain_WhenTheSellerHasAnotherAccountAtThePsp_IsRefused_AndItIsTakenBackFromTheFormerOne()
    {
        var payout = await RequestAsync(500);
        await EndAsync(payout, PspPayoutStatus.Failed);

        await ExecuteAsync("UPDATE seller_accounts SET psp_account = 'acct_other' WHERE seller_account = 'seller-1'");
        var again = await PayAgainAsync(payout);
        Assert.Equal((409, "FAILED", 500), (again.Refusal?.HttpStatus, await StatusAsync(payout), await HeldAsync()));
        Assert.False((await Payouts.TakeBackAsync(payout, "He has another account", Maker, CancellationToken.None)).IsRefused);

        Assert.Equal(("CANCELED", 0), (await StatusAsync(payout), await HeldAsync()));
        Assert.Equal((1, 1), (await _engine.ScalarAsync("SELECT COUNT(*) FROM payout_sends"), await EntriesAsync("PayoutTransferBack")));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Paid_ToAnAccountThatThePlatformNamed_ItsBankIsThePspsAffair()
    {
        await ExecuteAsync("UPDATE seller_accounts SET is_psp_account_ours = 0, bank = NULL, bank_currency = NULL, bank_last4 = NULL, bank_version = 0, bank_sent_version = 0 WHERE seller_account = 'seller-1'");

        var payout = await RequestAsync(500);
        await EndAsync(payout, PspPayoutStatus.Paid);

        Assert.Equal(("PAID", 0, 1), (await StatusAsync(payout), await HeldAsync(), await EntriesAsync("PayoutPaid")));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Waiting_IsShownToOthersWhoMayDecideIt_AndToItsMakerAsHisOwn()
    {
        await RequestAsync(1500);
        var (queries, kinds) = (_engine.Get<ApprovalQueries>(), new[] { PayoutApproval.Name });

        var mine = await queries.CountAsync(new ApprovalFilter(ApprovalView.Mine, "checker", kinds), CancellationToken.None);
        var notHis = (await queries.CountAsync(new ApprovalFilter(ApprovalView.Mine, "maker", kinds), CancellationToken.None), await queries.CountAsync(new ApprovalFilter(ApprovalView.Mine, "checker", ["role-grant"]), CancellationToken.None));
        var asked = (await queries.CountAsync(new ApprovalFilter(ApprovalView.Asked, "maker", kinds), CancellationToken.None), await queries.CountAsync(new ApprovalFilter(ApprovalView.Asked, "checker", kinds), CancellationToken.None));

        Assert.Equal((1, (0, 0), (1, 0)), (mine, notHis, asked));
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

    /// <summary>Something else woke the dead step, and its worker is about to send when the redrive and a person come to the letter.</summary>
    [Fact]
    public async Task Redrive_OfALetterWhoseStepIsClaimedAtThatMoment_IsLeftAlone_AndOneTransferIsMade()
    {
        var payout = await RequestAsync(500);
        var letter = await BuryAsync(payout);
        var redrive = (await _engine.Get<RedriveDesk>().StartAsync(new RedriveRequest(new DeadLetterFilter { Ids = [letter.Value] }, "one letter", "The PSP mended it", 50, 100, 1), Maker, CancellationToken.None)).Value;

        var claimed = await WakeAndClaimAsync(payout);
        var turn = await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, RedriveDesk.Step, redrive.Value), CancellationToken.None);
        Assert.IsType<TaskEnd.Settled>(await _engine.Get<RetryWorker>().RunOneAsync(turn!, CancellationToken.None));
        Assert.Equal(409, (await _engine.Get<DeadLetterDesk>().TryOneAsync(letter, Checker, CancellationToken.None)).Refusal?.HttpStatus);
        Assert.Null(await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PayoutSteps.Payout, payout.Value), CancellationToken.None));
        Assert.IsType<TaskEnd.Settled>(await _engine.Get<RetryWorker>().RunOneAsync(claimed, CancellationToken.None));
        await EndAsync(payout, PspPayoutStatus.Paid, steps: 2);

        Assert.Equal("Its step is being tried already", Assert.Single(await _engine.Get<RedriveQueries>().ItemsAsync(redrive.Value, null, 0, 10, CancellationToken.None)).After);
        Assert.Equal(("PAID", 1, 1), (await StatusAsync(payout), await EntriesAsync("PayoutTransfer"), await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND step = 'transfer'", payout.Value)));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Discard_OfALetterWhoseStepIsClaimedAtThatMoment_GivesTheHoldBack_AndTheHolderSendsNothing()
    {
        var payout = await RequestAsync(500);
        var before = await PayableAsync();
        var letter = await BuryAsync(payout);

        var claimed = await WakeAndClaimAsync(payout);
        Assert.False((await _engine.Get<DeadLetterDesk>().DiscardAsync([letter], "Asked for by mistake", Checker, CancellationToken.None)).IsRefused);
        await _engine.Get<RetryWorker>().RunOneAsync(claimed, CancellationToken.None);

        Assert.Equal(("CANCELED", before + 500, 0), (await StatusAsync(payout), await PayableAsync(), await HeldAsync()));
        Assert.Equal(0, await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_calls WHERE item = $1", payout.Value) + await _engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE subject_id = $1", payout.Value));
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
        var preview = (await _engine.Get<ApprovalQueries>().FindAsync(approval.Value, CancellationToken.None))!.Shown;
        Assert.Equal(isOwn ? [] : [new ApprovalChange("Bank account", null, "…6789 (version 1)")], preview.Changes);

        Assert.Equal(ApprovalState.Approved, (await _engine.Get<Approvals>().ApproveAsync(approval, Checker, CancellationToken.None)).Value);
        await EndAsync(payout, PspPayoutStatus.Paid, steps: isOwn ? 2 : 3);

        Assert.Equal("PAID", await StatusAsync(payout));
        var booked = await _engine.Lane.RunAsync(
            unit => unit.Query($"SELECT p.account, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind IN ({kinds}) ORDER BY e.seq, p.line", row => (row.GetString(0), row.GetInt64(1))),
            CancellationToken.None);
        Assert.Equal(preview.Lines.Select(line => (line.Account, line.Amount.Minor)), booked);
    }

    /// <summary>Its step died before anything was sent.</summary>
    private async Task<DeadLetterId> BuryAsync(PayoutId payout)
    {
        await _engine.Lane.RunAsync(
            unit =>
            {
                _engine.Get<DeadLetters>().Bury(unit, RetryQueue.ClaimNow(unit, PayoutSteps.Payout, payout.Value)!, new TaskFailure(RetryOperations.Transfer, ErrorClass.Rejected, "stub", "resource_missing", "No such account.", MoneyEffect.None));
                return 0;
            },
            CancellationToken.None);
        return new DeadLetterId((await _engine.TextAsync("SELECT dead_letter_id FROM dead_letters WHERE subject_id = $1 AND state = 'Open'", payout.Value))!);
    }

    /// <summary>As an act upon the payout does.</summary>
    private async Task<ClaimedTask> WakeAndClaimAsync(PayoutId payout) => (await _engine.Lane.RunAsync(
        unit =>
        {
            RetryQueue.Add(unit, PayoutSteps.Payout, payout.Value, unit.Now);
            return RetryQueue.ClaimNow(unit, PayoutSteps.Payout, payout.Value);
        },
        CancellationToken.None))!;

    /// <summary>A payout of available money.</summary>
    private async Task<PayoutId> RequestAsync(long minor)
    {
        Advance();
        var made = await AskAsync(minor);
        Assert.False(made.IsRefused, made.Refusal?.Text);
        return made.Value;
    }

    /// <summary>To when all that was sold until now is available.</summary>
    private void Advance() => _engine.Time.Advance(TimeSpan.FromDays(3));

    /// <summary>The whole of what the wallet says can be withdrawn.</summary>
    private async Task<long> AskForAllAsync()
    {
        var all = Assert.Single((await _engine.Get<WalletQueries>().FindAsync(Books.Seller(), CancellationToken.None))!.Balances).Withdrawable.Minor;
        var made = await AskAsync(all);
        Assert.False(made.IsRefused, made.Refusal?.Text);
        return all;
    }

    /// <summary>Of the seller's own order.</summary>
    private async Task<RefundId> RefundAsync(MadeCheckout sale, string amount)
    {
        var order = await _engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 AND line = 1", sale.Id);
        var asked = await _engine.Get<RefundService>().AskAsync(new RefundAsk(order, amount, "Returned goods"), Maker, CancellationToken.None);
        Assert.False(asked.IsRefused, asked.Refusal?.Text);
        return asked.Value;
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
