using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Tests.Support;

/// <summary>Refunds, disputes, payouts and approvals at every point of their lives, made by the engine itself, to be corrupted.</summary>
public sealed class PlantedMoney : IAsyncLifetime
{
    private static readonly Actor Maker = Actor.Staff("maker");
    private static readonly Actor Checker = Actor.Staff("checker");

    /// <summary>What comes to more than 10.00 at once needs a second person.</summary>
    private static readonly ApprovalLimits Limits = new(new ApprovalLimit(1000, 1_000_000, 1_000_000, 1_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));

    private static readonly Money Paid = Books.Usd(2500);

    private StubEngine _engine = null!;
    private StubPayouts _bank = null!;
    private PlantedStore _store = null!;

    public async Task InitializeAsync()
    {
        _engine = await StubEngine.StartAsync((services, time) =>
        {
            services.Replace(ServiceDescriptor.Singleton(Limits));
            services.Replace(ServiceDescriptor.Singleton<IPayoutProvider>(_bank = new StubPayouts(time)));
        });
        await StaffSeed.AddAsync(_engine.Services, "checker");
        await RefundsAsync();
        await DisputesAsync();
        await PayoutsAsync();
        _store = await PlantedStore.CopyAsync(_engine.StoreFile,
        [
            new HistoryInvariant(_engine.Get<KeyRing>(), ReturnHistoryRules.Returns), new HistoryInvariant(_engine.Get<KeyRing>(), PayoutHistoryRules.Payouts),
            .. RefundInvariants.All, .. DisputeInvariants.All, .. PayoutInvariants.All, .. ApprovalInvariants.All, .. WalletInvariants.All,
        ]);
        Broken = await _engine.BrokenAsync();
        Facts = await _engine.Lane.RunAsync(unit => unit.Query("SELECT type, payload FROM outbox ORDER BY aggregate_id, version", row => (row.GetString(0), row.GetString(1))), CancellationToken.None);
        Statement = await _engine.Get<StatementQueries>().ReadAsync(Books.Seller(), Books.Usd(0).Currency, default, null, 1000, CancellationToken.None);
        Payable = await _engine.ScalarAsync("SELECT payable FROM wallet_balances WHERE seller_account = 'seller-1' AND currency = 'USD'");
        await _engine.DisposeAsync();
    }

    /// <summary>What every invariant of the engine says of the honest data.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Broken { get; private set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Every fact that was told about it.</summary>
    public IReadOnlyList<(string Type, string Payload)> Facts { get; private set; } = [];

    /// <summary>Of the seller of all of it.</summary>
    public Statement Statement { get; private set; } = null!;

    public long Payable { get; private set; }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public Task<InvariantReport> CheckAsync(IInvariant invariant) => _store.CheckAsync(invariant);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql) => _store.BrokenAfterAsync(sql);

    private async Task RefundsAsync()
    {
        var (first, second, third) = (await _engine.PaidAsync(), await _engine.PaidAsync(), await _engine.PaidAsync());
        await _engine.AnswerAsync(await AskAsync(first, 1, "5.00"), PspRefundStatus.Succeeded);
        await _engine.AnswerAsync(await AskAsync(first, 2, "3.00"), PspRefundStatus.Pending);
        await _engine.AnswerAsync(await AskAsync(second, 1, "9.00"), PspRefundStatus.Failed);
        Did(await _engine.Get<RefundService>().CancelAsync(await AskAsync(second, 2, "2.00"), Maker, CancellationToken.None));
        await AskAsync(third, 1, "12.00");
        await RefuseAsync(RefundApproval.Name, (await AskAsync(third, 2, "11.00")).Value);
        await ApproveAsync(RefundApproval.Name, (await AskAsync(third, 2, "12.50")).Value);
        var (_, session) = await _engine.PaidOddlyAsync(Books.Usd(2499));
        Did(await _engine.Get<FinanceRefunds>().RefundAsync(session, Maker, "taken by mistake", CancellationToken.None));
    }

    private async Task DisputesAsync()
    {
        foreach (var ends in new[] { [PspDisputeStatus.InquiryNeedsResponse], [PspDisputeStatus.NeedsResponse, PspDisputeStatus.Won], new[] { PspDisputeStatus.NeedsResponse, PspDisputeStatus.Lost } })
        {
            var paid = await _engine.PaidAsync();
            foreach (var status in ends) await _engine.DisputeAsync(paid, Paid, status);
        }
        var ours = await _engine.PaidAsync();
        var lost = await _engine.DisputeAsync(ours, Paid, PspDisputeStatus.NeedsResponse);
        Did(await _engine.Get<DisputeDesk>().SetBearerAsync(lost, DisputeBearer.Platform, "our mistake", Maker, CancellationToken.None));
        await ApproveAsync(BearerApproval.Name, lost.Value);
        await _engine.DisputeAsync(ours, Paid, PspDisputeStatus.Lost);
        var asked = await _engine.DisputeAsync(await _engine.PaidAsync(), Paid, PspDisputeStatus.NeedsResponse);
        // As the desk stores it, without the try at once that it makes.
        await _engine.Lane.RunAsync(
            unit =>
            {
                unit.Execute("UPDATE disputes SET evidence_version = 1, submit_requested_at = $2 WHERE dispute_id = $1", asked.Value, unit.Now);
                RetryQueue.Add(unit, DisputeSteps.Answer, asked.Value, unit.Now);
                return 0;
            },
            CancellationToken.None);
    }

    private async Task PayoutsAsync()
    {
        _engine.Time.Advance(TimeSpan.FromDays(3));
        await _engine.Lane.RunAsync(
            unit => unit.Execute(
                "UPDATE seller_accounts SET name = 'Tea house', country = 'US', bank = $1, bank_currency = 'USD', bank_last4 = '6789', bank_version = 1, bank_sent_version = 1, psp_account = 'acct_stub', is_psp_account_ours = 1, is_payouts_enabled = 1 WHERE seller_account = 'seller-1'", _engine.Get<FieldCipher>().Seal("seller_accounts", "seller-1", "bank", "{}").Bytes),
            CancellationToken.None);
        await EndAsync(await RequestAsync(500), PspPayoutStatus.Paid);
        await EndAsync(await RequestAsync(400), PspPayoutStatus.Failed);
        var taken = await RequestAsync(200);
        await EndAsync(taken, PspPayoutStatus.Failed);
        Did(await _engine.Get<PayoutService>().TakeBackAsync(taken, "the bank is closed", Maker, CancellationToken.None));
        var returned = await RequestAsync(100);
        await EndAsync(returned, PspPayoutStatus.Paid);
        _bank.Says = PspPayoutStatus.Failed;
        await StepAsync(returned);
        await StepAsync(await RequestAsync(300), times: 2);
        await RequestAsync(150);
        Did(await _engine.Get<PayoutService>().CancelAsync(await RequestAsync(1200), Maker, CancellationToken.None));
        await RefuseAsync(PayoutApproval.Name, (await RequestAsync(1100)).Value);
        await RequestAsync(1050);
        var own = Did(await _engine.Get<PayoutService>().RequestOwnAsync(Books.Usd(700), "our share", Maker, CancellationToken.None));
        await ApproveAsync(PayoutApproval.Name, own.Value);
        _bank.Says = PspPayoutStatus.Paid;
        await StepAsync(own, times: 2);
    }

    private async Task<RefundId> AskAsync(MadeCheckout checkout, int line, string amount)
    {
        var order = await _engine.TextAsync("SELECT payment_order_id FROM payment_orders WHERE checkout_id = $1 AND line = $2", checkout.Id, line);
        return Did(await _engine.Get<RefundService>().AskAsync(new RefundAsk(order, amount, "Returned goods"), Maker, CancellationToken.None));
    }

    private async Task<PayoutId> RequestAsync(long minor) => Did(await _engine.Get<PayoutService>().RequestAsync(new NewPayout(Books.Seller(), Books.Usd(minor), "Weekly share"), Maker, CancellationToken.None));

    /// <summary>Transfer, payout and the look-up that learns its end.</summary>
    private Task EndAsync(PayoutId id, PspPayoutStatus end)
    {
        _bank.Says = end;
        return StepAsync(id, times: 3);
    }

    private async Task StepAsync(PayoutId id, int times = 1)
    {
        for (var step = 0; step < times; step++)
        {
            var task = await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PayoutSteps.Payout, id.Value), CancellationToken.None);
            Assert.IsType<TaskEnd.Settled>(await _engine.Get<RetryWorker>().RunOneAsync(task!, CancellationToken.None));
        }
    }

    private async Task ApproveAsync(string kind, string subject) => Did(await _engine.Get<Approvals>().ApproveAsync(await ApprovalAsync(kind, subject), Checker, CancellationToken.None));

    private async Task RefuseAsync(string kind, string subject) => Did(await _engine.Get<Approvals>().RefuseAsync(await ApprovalAsync(kind, subject), Checker, "not now", CancellationToken.None));

    private async Task<ApprovalId> ApprovalAsync(string kind, string subject) =>
        new((await _engine.TextAsync("SELECT approval_id FROM approvals WHERE kind = $1 AND subject_id = $2 AND state = 'Pending'", kind, subject))!);

    private static T Did<T>(Result<T> result)
    {
        Assert.False(result.IsRefused, result.Refusal?.Text);
        return result.Value;
    }
}
