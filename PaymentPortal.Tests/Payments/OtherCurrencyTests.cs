using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>A page in USD that the PSP reports as paid in EUR: the money is theirs to name, and no order takes it.</summary>
public sealed class OtherCurrencyTests : IAsyncLifetime
{
    private static readonly Money Euros = new(2500, Currency.Of("EUR"));

    private StubEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await StubEngine.StartAsync();

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Session_PaidInAnotherCurrency_GoesToSuspenseInItAndTheOrdersWait()
    {
        var (checkout, session) = await _engine.PaidOddlyAsync(Euros);
        await _engine.Get<BuyerCheckout>().ReturnedAsync(checkout.Link, CancellationToken.None);

        Assert.Equal("AmountDiffers Open 2500 EUR", await _engine.TextAsync("SELECT kind || ' ' || state || ' ' || amount || ' ' || currency FROM finance_tasks WHERE session_id = $1", session));
        Assert.Equal("Suspense 2500 EUR", await _engine.TextAsync("SELECT booked_to || ' ' || amount || ' ' || currency FROM booked_sessions WHERE session_id = $1", session));
        Assert.Equal(2, await _engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE checkout_id = $1 AND payment_order_status = 'EXECUTING' AND ledger_updated = 0 AND wallet_updated = 0 AND currency = 'USD'", checkout.Id));
        Assert.Equal((-2500, 2470, 30), (await SumAsync("suspense"), await SumAsync("psp:clearing"), await SumAsync("psp:fees")));
        Assert.Equal((0, 0), (await _engine.ScalarAsync("SELECT COUNT(*) FROM postings WHERE currency <> 'EUR'"), await _engine.ScalarAsync("SELECT COUNT(*) FROM wallet_balances")));
        Assert.Empty(await _engine.BrokenAsync());
    }

    [Fact]
    public async Task Session_PaidInAnotherCurrency_IsNeitherAcceptedNorEndedByTime()
    {
        var (checkout, session) = await _engine.PaidOddlyAsync(Euros);

        var accepted = await _engine.Get<LateSuccess>().AcceptAsync(session, Actor.Staff("u1"), "close enough", CancellationToken.None);
        _engine.Time.Advance(CheckoutTimes.Life + TimeSpan.FromMinutes(1));
        var ended = await _engine.Get<PaymentEnding>().EndAsync(new CheckoutId(checkout.Id), CancellationToken.None);

        Assert.Equal(409, accepted.Refusal?.HttpStatus);
        Assert.Equal(PaymentOrderStatus.Executing, ended.Status);
        Assert.IsType<PayAnswer.ToPage>(await _engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None));
        Assert.Equal(-2500, await SumAsync("suspense"));
        Assert.Empty(await _engine.BrokenAsync());
    }

    private Task<long> SumAsync(string account) => _engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = $1 AND currency = 'EUR'", account);
}
