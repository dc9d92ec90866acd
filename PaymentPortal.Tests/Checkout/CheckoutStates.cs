using System.Globalization;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Checkout;

/// <summary>Brings the newest checkout of a site into each state that a buyer can meet.</summary>
internal static class CheckoutStates
{
    private static readonly string Cap = RetryDefaults.BuyerCap.ToString(CultureInfo.InvariantCulture);

    public static Task EnterAsync(CheckoutSite site, BuyerState state) => state switch
    {
        BuyerState.Payable => Task.CompletedTask,
        BuyerState.Declined => DeclineAsync(site, "generic_decline"),
        BuyerState.CardUnusable => DeclineAsync(site, "stolen_card"),
        BuyerState.BankCheckUnfinished => site.AddAttemptAsync("intent_status", "'requires_action'"),
        BuyerState.Starting => StartAsync(site, TimeSpan.FromSeconds(3)),
        BuyerState.CouldNotStart => site.AddAttemptAsync(hasSession: false, state: "Rejected"),
        BuyerState.Processing => ReturnAsync(site, TimeSpan.Zero),
        BuyerState.ProcessingLong => ReturnAsync(site, TimeSpan.FromSeconds(15)),
        BuyerState.Unknown => ReturnAsync(site, TimeSpan.FromSeconds(61)),
        BuyerState.Closing => CloseAsync(site),
        BuyerState.Held => HoldAsync(site),
        BuyerState.Paid => site.PayAsync(),
        BuyerState.Expired => site.ArrangeAsync("status = 'EXPIRED'"),
        BuyerState.Canceled => site.ArrangeAsync("status = 'CANCELED'"),
        BuyerState.TooManyDeclines => site.ArrangeAsync($"status = 'FAILED', declines = {Cap}"),
        BuyerState.Failed => site.ArrangeAsync("status = 'FAILED'"),
    };

    public static async Task DeclineAsync(CheckoutSite site, string code)
    {
        await site.AddAttemptAsync();
        await site.AddDeclineAsync(code);
    }

    private static async Task StartAsync(CheckoutSite site, TimeSpan ago)
    {
        await site.AddAttemptAsync(hasSession: false);
        await site.Store.ExecuteAsync($"UPDATE attempts SET started_at = {site.Ago(ago)} WHERE checkout_id = '{site.Newest}'");
    }

    private static Task ReturnAsync(CheckoutSite site, TimeSpan ago) =>
        site.AddAttemptAsync("returned_at", site.Ago(ago).ToString(CultureInfo.InvariantCulture));

    private static async Task CloseAsync(CheckoutSite site)
    {
        await site.AddAttemptAsync();
        await site.ArrangeAsync($"cancel_requested_at = {site.Ago(TimeSpan.Zero)}");
    }

    private static async Task HoldAsync(CheckoutSite site)
    {
        await site.AddAttemptAsync(state: "Paid");
        await site.HoldForFinanceAsync();
    }
}
