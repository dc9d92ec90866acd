using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>The PSP's sessions against our books, in both directions: what can be booked is, what differs is named, and nothing is moved for it.</summary>
[Collection(EngineCollection.Name)]
public sealed class SessionComparisonTests(EngineHost engine) : IAsyncLifetime
{
    private const string Differs = "SELECT COUNT(*) FROM session_differences WHERE session_id = $1 AND closed_at IS NULL AND kind = $2";

    private SessionComparison Comparison => engine.Services.GetRequiredService<SessionComparison>();

    public Task InitializeAsync() => engine.Control.ClearFaultsAsync();

    public Task DisposeAsync() => engine.Control.ClearFaultsAsync();

    [Fact]
    public async Task PaidThere_AndForgottenHere_IsBookedByTheStatusCheck()
    {
        await engine.Control.SetWebhookFaultsAsync(new WebhookFaults { Drop = 1 });
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        // Nothing is left that would look: no webhook, no poll, no end.
        await engine.Lane.RunAsync(
            unit => unit.Execute("DELETE FROM retry_tasks WHERE subject_id = $1 OR subject_id IN (SELECT attempt_id FROM attempts WHERE checkout_id = $1)", checkout.Id), CancellationToken.None);
        await engine.ConfirmAsync(session);

        await CompareAsync();

        Assert.Equal("SUCCESS", await engine.StatusAsync(checkout));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM session_differences WHERE session_id = $1", session));
        Assert.Equal(1, await engine.ChargesAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task PaidThere_AndUnknownHere_AndBookedHereWithoutItsSession_AreNamedOnce_AndClosedWhenBothAgree()
    {
        var checkout = await engine.CreateAsync();
        var session = await engine.PressAsync(checkout);
        await engine.ConfirmAsync(session);
        await engine.IsAsync(checkout, "SUCCESS");
        var entries = await engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries");
        await RenameAsync(session, "cs_nobody_" + session);

        await CompareAsync();
        await CompareAsync();

        Assert.Equal(1, await engine.ScalarAsync(Differs, session, nameof(SessionDifferenceKind.PaidThereUnknownHere)));
        Assert.Equal(1, await engine.ScalarAsync(Differs, "cs_nobody_" + session, nameof(SessionDifferenceKind.BookedHereNotPaidThere)));
        var state = await Comparison.StateAsync(CancellationToken.None);
        Assert.Contains(state.Open, one => one.CheckoutId == checkout.Id && one.Text == "Our books hold 25.00 USD, and the PSP does not know the session.");
        Assert.Equal(entries, await engine.ScalarAsync("SELECT COUNT(*) FROM journal_entries"));
        await RenameAsync("cs_nobody_" + session, session);
        await CompareAsync();
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM session_differences WHERE closed_at IS NULL AND session_id IN ($1, $2)", session, "cs_nobody_" + session));
    }

    [Fact]
    public async Task ChargedTwice_ByAPspThatForgetsItsKey_IsMoneyInSuspenseForFinance()
    {
        const string Pages = "/v1/checkout/sessions";
        var checkout = await engine.CreateAsync();
        await engine.Control.SetFaultsAsync(
            new FaultRule { Method = "POST", Path = Pages, Do = "reset_after", Times = 1 }, new FaultRule { Method = "POST", Path = Pages, Do = "forget_key" });
        var session = await engine.PressAsync(checkout);
        await engine.Control.ClearFaultsAsync();
        var pages = (await engine.Psp.SessionsAsync()).Where(page => page.Checkout == checkout.Id).Select(page => page.Id).ToList();
        foreach (var page in pages) await engine.ConfirmAsync(page);
        await engine.IsAsync(checkout, "SUCCESS");
        var twin = Assert.Single(pages, page => page != session);

        await CompareAsync();
        await CompareAsync();

        Assert.Equal(2, await engine.ChargesAsync(checkout));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM finance_tasks WHERE session_id = $1 AND checkout_id = $2 AND kind = 'LateSuccess' AND state = 'Open' AND amount = 2500", twin, checkout.Id));
        Assert.Equal(0, await engine.ScalarAsync("SELECT COUNT(*) FROM session_differences WHERE session_id = $1", twin));
        Assert.Equal("SUCCESS", await engine.StatusAsync(checkout));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task List_ThatCantBeRead_IsReadOnFromThereLater()
    {
        await CompareAsync();
        var before = (await Comparison.StateAsync(CancellationToken.None)).Place!.ReadTo;
        engine.Pass(TimeSpan.FromHours(1));
        await engine.Control.SetFaultsAsync(new FaultRule { Method = "GET", Path = "/v1/checkout/sessions", Status = 500 });

        Assert.Null(await Comparison.RunAsync(CancellationToken.None));

        var place = (await Comparison.StateAsync(CancellationToken.None)).Place!;
        Assert.Equal((before, true), (place.ReadTo, place.Error is not null));
        await engine.Control.ClearFaultsAsync();
        Assert.NotNull(await Comparison.RunAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(true, 1250L, false, null)]
    [InlineData(true, 1249L, false, SessionDifferenceKind.AmountDiffers)]
    [InlineData(true, null, true, null)]
    [InlineData(true, null, false, SessionDifferenceKind.PaidThereNotBookedHere)]
    [InlineData(false, 1250L, false, SessionDifferenceKind.BookedHereNotPaidThere)]
    [InlineData(false, null, false, null)]
    public void Findings_ByBothSides(bool isPaid, long? booked, bool isWithFinance, SessionDifferenceKind? kind)
    {
        var theirs = new PspSession(
            "cs_1", isPaid ? SessionStatus.Complete : SessionStatus.Expired, isPaid ? SessionPayment.Paid : SessionPayment.Unpaid, null, MadeDetails.Usd(1250), null, null, null, MadeDetails.Start, MadeDetails.Start, null, null, null, false, false);

        Assert.Equal(kind, SessionFindings.Of(theirs, new OurSession("att_1", "chk_1", "cs_1", booked is { } minor ? new Money(minor, Currency.Of("USD")) : null, isWithFinance))?.Kind);
        Assert.Equal(isPaid, SessionFindings.Of(theirs, null)?.Kind == SessionDifferenceKind.PaidThereUnknownHere);
    }

    /// <summary>Makes everything so old that it is compared. The PSP may be asked by others at the same time, so a run may have to be repeated.</summary>
    private async Task CompareAsync()
    {
        engine.Pass(SessionComparison.Age + TimeSpan.FromMinutes(1));
        await Until.TrueAsync(async () => await Comparison.RunAsync(CancellationToken.None) is not null);
    }

    private Task RenameAsync(string from, string to) => engine.Lane.RunAsync(
        unit => unit.Execute("UPDATE attempts SET psp_token = $2 WHERE psp_token = $1", from, to) + unit.Execute("UPDATE booked_sessions SET session_id = $2 WHERE session_id = $1", from, to), CancellationToken.None);
}
