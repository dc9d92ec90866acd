using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;
using SQLitePCL;

namespace PaymentPortal.Tests.Payments;

/// <summary>
/// The accept act of finance, killed right before its COMMIT and right after it. What SIGKILL leaves is what the files hold at that moment, so they are
/// copied then, the first time by SQLite's own commit hook; each copy is then started.
/// </summary>
public sealed class LateSuccessCrashTests
{
    [Fact]
    public async Task Accept_KilledBeforeOrAfterItsCommit_IsNotDoneOrDone_AndNeverTwice()
    {
        var (before, after) = (Directory.CreateTempSubdirectory("accept-before-").FullName, Directory.CreateTempSubdirectory("accept-after-").FullName);
        string session;
        await using (var engine = await StubEngine.StartAsync())
        {
            session = await PayLateAsync(engine);
            await engine.Lane.RunAsync(unit => OnCommit(unit, () => engine.CopyTo(before)), CancellationToken.None);
            Assert.False((await AcceptAsync(engine, session)).IsRefused);
            await engine.Lane.RunAsync(unit => OnCommit(unit, null), CancellationToken.None);
            engine.CopyTo(after);
        }

        await StartAgainAsync(before, session, "Open");
        await StartAgainAsync(after, session, "Accepted");
    }

    private static async Task StartAgainAsync(string image, string session, string state)
    {
        await using var engine = await StubEngine.StartAsync(from: image);
        Directory.Delete(image, recursive: true);
        Assert.Equal(state, await engine.TextAsync("SELECT state FROM finance_tasks WHERE session_id = $1", session));
        Assert.Equal(state == "Open" ? -2500 : 0, await SumAsync(engine, "suspense"));
        Assert.Empty(await engine.BrokenAsync());

        Assert.Equal(state == "Accepted", (await AcceptAsync(engine, session)).IsRefused);

        Assert.Equal((0, -1219, -1219), (await SumAsync(engine, "suspense"), await SumAsync(engine, "seller:seller-1:payable"), await SumAsync(engine, "seller:seller-2:payable")));
        Assert.Equal(2, await engine.ScalarAsync("SELECT COUNT(*) FROM payment_orders WHERE payment_order_status = 'SUCCESS' AND ledger_updated = 1 AND wallet_updated = 1"));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'suspense.accept'"));
        Assert.Empty(await engine.BrokenAsync());
    }

    private static Task<Result<PaymentOrderStatus>> AcceptAsync(StubEngine engine, string session) =>
        engine.Get<LateSuccess>().AcceptAsync(session, Actor.Staff("u1"), "The shop still has the goods.", CancellationToken.None);

    /// <summary>The PSP's answer with the page is lost, the checkout is cancelled, and the page, found by its key, turns out to be paid.</summary>
    private static async Task<string> PayLateAsync(StubEngine engine)
    {
        var checkout = await engine.CreateAsync();
        engine.Psp.LosesAnswers = true;
        var paying = engine.Get<BuyerCheckout>().PayAsync(checkout.Link, CancellationToken.None);
        await Until.TrueAsync(async () => await engine.ScalarAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND tries = 1") == 1);
        engine.Psp.LosesAnswers = false;
        await engine.Get<PaymentService>().CancelAsync(new CheckoutId(checkout.Id), Actor.Staff("u1"), CancellationToken.None);
        await paying;
        var attempt = (await engine.TextAsync("SELECT attempt_id FROM attempts"))!;
        engine.Psp.Pay(engine.Psp[attempt].Id);
        while (await engine.Lane.RunAsync(unit => RetryQueue.ClaimNow(unit, PaymentSteps.Attempt, attempt), CancellationToken.None) is { } task)
            await engine.Get<RetryWorker>().RunOneAsync(task, CancellationToken.None);
        return engine.Psp[attempt].Id;
    }

    private static int OnCommit(UnitOfWork unit, Action? act)
    {
        raw.sqlite3_commit_hook(((SqliteConnection)unit.Connection).Handle, act is null ? null : _ => { act(); return 0; }, null);
        return 0;
    }

    private static Task<long> SumAsync(StubEngine engine, string account) => engine.ScalarAsync("SELECT SUM(amount) FROM postings WHERE account = $1", account);
}
