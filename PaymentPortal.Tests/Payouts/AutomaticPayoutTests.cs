using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>Payouts to our own bank that the PSP made by itself: taken over once from any of their events, paid and taken back like ours.</summary>
public sealed class AutomaticPayoutTests : IAsyncLifetime
{
    private const string Sent = "psp:in_transit";

    private StubEngine _engine = null!;
    private StubPayouts _bank = null!;

    public async Task InitializeAsync() =>
        _engine = await StubEngine.StartAsync((services, time) => services.Replace(ServiceDescriptor.Singleton<IPayoutProvider>(_bank = new StubPayouts(time))));

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Events_InAnyNumber_TakeItOverOnce_AndItIsBookedThroughTransit()
    {
        var id = _bank.PayOut(Books.Usd(700));

        await TellAsync("payout.created", id);
        await TellAsync("payout.created", id);
        Assert.Equal((700, 0), (await SumAsync(Sent), await SumAsync("bank:main")));
        _bank.Says = PspPayoutStatus.Paid;
        await TellAsync("payout.paid", id);
        await TellAsync("payout.paid", id);

        Assert.Equal((0, 700, -700), (await SumAsync(Sent), await SumAsync("bank:main"), await SumAsync("psp:clearing")));
        Assert.Equal(["psp PAID"], await PayoutsAsync());
        Assert.Empty(await _engine.BrokenAsync());
    }

    /// <summary>Of the first one all is ours, of the second 3.00.</summary>
    [Fact]
    public async Task OneThatTakesMoneyOfOthers_IsSaidUntilAsMuchIsBack()
    {
        var fact = new OverdrawnFact(_engine.Get<OverdrawnPayouts>());
        await FillAsync(1000);
        await TellAsync("payout.created", _bank.PayOut(Books.Usd(700)));
        Assert.Equal(HealthLevel.Good, (await fact.ReadAsync(CancellationToken.None)).Level);

        await TellAsync("payout.created", _bank.PayOut(Books.Usd(700)));

        Assert.Equal("4.00 USD of it are owed to sellers and buyers", await _engine.TextAsync("SELECT note FROM payout_history WHERE note IS NOT NULL"));
        var said = await fact.ReadAsync(CancellationToken.None);
        Assert.Equal((HealthLevel.Attention, 1), (said.Level, said.Figures.Count));
        Assert.StartsWith("The PSP holds 4.00 USD less ", said.Text, StringComparison.Ordinal);
        await FillAsync(400);
        Assert.Equal(HealthLevel.Good, (await fact.ReadAsync(CancellationToken.None)).Level);
    }

    [Theory]
    [InlineData(PspPayoutStatus.Failed, "payout.failed")]
    [InlineData(PspPayoutStatus.Canceled, "payout.canceled")]
    public async Task OneThatDoesNotArrive_IsInClearingAgain(PspPayoutStatus end, string type)
    {
        var id = _bank.PayOut(Books.Usd(700));
        await TellAsync("payout.created", id);

        _bank.Says = end;
        await TellAsync(type, id);

        Assert.Equal((0, 0), (await SumAsync(Sent), await SumAsync("psp:clearing")));
        Assert.Equal(["psp CANCELED"], await PayoutsAsync());
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task OneThatComesBackAfterItWasPaid_IsReversedWhole_EvenWhenItsFirstEventsNeverCame()
    {
        var id = _bank.PayOut(Books.Usd(700));
        _bank.Says = PspPayoutStatus.Paid;
        await TellAsync("payout.paid", id);

        _bank.Says = PspPayoutStatus.Failed;
        await TellAsync("payout.failed", id);

        Assert.Equal((0, 0, 0), (await SumAsync(Sent), await SumAsync("bank:main"), await SumAsync("psp:clearing")));
        Assert.Equal(["psp RETURNED"], await PayoutsAsync());
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Poll_LearnsTheEndWithoutAnEvent()
    {
        await TellAsync("payout.created", _bank.PayOut(Books.Usd(700)));
        _bank.Says = PspPayoutStatus.Paid;

        var task = await _engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PayoutSteps.Payout, unit.QueryFirst("SELECT payout_id FROM payouts", row => row.GetString(0))!), CancellationToken.None);
        await _engine.Get<RetryWorker>().RunOneAsync(task!, CancellationToken.None);

        Assert.Equal(["psp PAID"], await PayoutsAsync());
    }

    [Fact]
    public async Task OnesOfASellersAccount_OrUnderAKeyOfOurs_AreNotTakenOver()
    {
        await TellAsync("payout.created", _bank.PayOut(Books.Usd(700)), "acct_seller");
        await TellAsync("payout.paid", _bank.PayOut(Books.Usd(700)), "acct_seller");
        await TellAsync("payout.created", _bank.PayOut(Books.Usd(700), pspKey: "out_elsewhere:payout:1"));

        Assert.Empty(await PayoutsAsync());
        Assert.Equal((1, 2), (await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state = 'Ignored'"), await _engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state = 'UnknownObject'")));
    }

    private Task TellAsync(string type, string payout, string? account = null) =>
        _engine.ReceiveAsync(new PspEvent("evt_" + Guid.NewGuid().ToString("N"), type, "payout", payout, null, null, account, IsLive: false, _engine.Time.GetUtcNow()));

    /// <summary>Money of our own, brought to the PSP.</summary>
    private Task<int> FillAsync(long minor) => _engine.Lane.RunAsync(
        unit =>
        {
            _engine.Get<Journal>().Post(unit, new JournalEntry(EntryKind.Manual, "fill-" + minor, unit.Now, [Posting.Debit(Account.PspClearing, Books.Usd(minor)), Posting.Credit(Account.BankMain, Books.Usd(minor))]));
            return 0;
        },
        CancellationToken.None);

    private Task<long> SumAsync(string account) => _engine.ScalarAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $1", account);

    private Task<List<string>> PayoutsAsync() => _engine.Lane.RunAsync(unit => unit.Query("SELECT requested_by || ' ' || status FROM payouts", row => row.GetString(0)), CancellationToken.None);
}
