using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PaymentPortal.Checkout;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Support;

/// <summary>The buyer's pages over real HTTP with the engine beneath them and nothing that works by itself: no worker, no webhook, a clock that stands still.</summary>
public sealed class CheckoutSite : IAsyncDisposable
{
    private static readonly IdempotentCall FirstCall = IdempotentCall.Of("key_01", "call", "POST /api/v1/checkouts", [1]);

    private readonly WebApplication _app;
    private int _calls;

    private CheckoutSite(WebApplication app, TestStore store, SandboxServer? sandbox) => (_app, Store, Sandbox) = (app, store, sandbox);

    public TestStore Store { get; }

    /// <summary>Null when nobody listens where the PSP should be.</summary>
    public SandboxServer? Sandbox { get; }

    /// <summary>The id of the checkout made last: the one that is arranged.</summary>
    public string Newest { get; private set; } = "";

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<CheckoutSite> StartAsync(bool withPsp = false)
    {
        var store = await TestStore.CreateAsync();
        var sandbox = withPsp ? await SandboxServer.StartAsync() : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        WebApplication? app = null;
        var settings = new PaymentSettings { PublicBaseAddress = () => app!.Urls.Single(), MerchantName = "Harbour & Hill <Market>" };
        var psp = new StripeOptions { BaseAddress = new Uri(sandbox?.BaseAddress ?? "http://127.0.0.1:9"), ApiKey = "sk_test_sandbox" };
        builder.Services.AddSingleton<TimeProvider>(store.Time);
        builder.Services.AddPaymentCore(store.Dialect, store.Keys, store.Directory, settings, psp);
        builder.Services.Replace(ServiceDescriptor.Singleton(store.Lane));
        builder.Services.AddCheckoutPages();
        app = builder.Build();
        app.MapCheckoutPages();
        await app.StartAsync();
        return new CheckoutSite(app, store, sandbox);
    }

    public PortalClient Buyer() => new(Address);

    /// <returns>The path of its page.</returns>
    public async Task<string> CreateAsync(string currency = "USD", params (string Seller, string Amount, string? Description)[] orders)
    {
        var request = new CheckoutRequest(
            "buyer-1", "Anna Kern", "anna@example.com", currency, "https://shop.example/thanks", "https://shop.example/basket", "order 88121",
            [.. (orders.Length > 0 ? orders : [("hill-pottery", "12.50", "1 × Stoneware mug")]).Select(order => new OrderRequest(order.Seller, order.Amount, order.Description))]);
        var call = FirstCall with { Key = (++_calls).ToString(CultureInfo.InvariantCulture) };
        var answer = await _app.Services.GetRequiredService<PaymentService>().CreateAsync(CheckoutRules.Check(request).Value, call, view => $"{view.Id} {view.CheckoutUrl}", CancellationToken.None);
        var (id, url) = answer.Value.Body.Split(' ') is [var first, var second] ? (first, second) : throw new InvalidOperationException(answer.Value.Body);
        Newest = id;
        return new Uri(url).AbsolutePath;
    }

    /// <summary>Changes the newest checkout's row as a unit of the engine would have left it.</summary>
    public Task ArrangeAsync(string set) => Store.ExecuteAsync($"UPDATE payment_events SET {set} WHERE checkout_id = '{Newest}'");

    /// <summary>Adds an attempt of the newest checkout, by default one whose buyer was sent to the PSP a minute ago.</summary>
    public async Task AddAttemptAsync(string columns = "", string values = "", string state = "Open", bool hasSession = true)
    {
        await ArrangeAsync("status = 'EXECUTING'");
        var started = Ago(TimeSpan.FromMinutes(1));
        await Store.ExecuteAsync(
            $"""
            INSERT INTO attempts (attempt_id, checkout_id, number, state, psp_token, started_at{Listed(columns)})
            SELECT 'att_' || checkout_id, checkout_id, 1, '{state}', {(hasSession ? "'cs_' || checkout_id" : "NULL")}, {started}{Listed(values)} FROM payment_events WHERE checkout_id = '{Newest}'
            """);
    }

    public Task AddDeclineAsync(string code) => Store.ExecuteAsync(
        $"""
        INSERT INTO attempt_charges (charge_id, attempt_id, checkout_id, is_paid, amount, currency, failure_code, decline_code, created_at)
        SELECT 'ch_' || checkout_id, 'att_' || checkout_id, checkout_id, 0, amount, currency, 'card_declined', '{code}', {Ago(TimeSpan.Zero)} FROM payment_events WHERE checkout_id = '{Newest}'
        """);

    public async Task PayAsync()
    {
        await AddAttemptAsync(state: "Paid");
        await ArrangeAsync("status = 'SUCCESS', is_payment_done = 1");
        await Store.ExecuteAsync(
            $"""
            INSERT INTO attempt_charges (charge_id, attempt_id, checkout_id, is_paid, amount, currency, card_brand, card_last4, created_at)
            SELECT 'ch_' || checkout_id, 'att_' || checkout_id, checkout_id, 1, amount, currency, 'visa', '4242', {Ago(TimeSpan.Zero)} FROM payment_events WHERE checkout_id = '{Newest}'
            """);
    }

    public Task HoldForFinanceAsync() => Store.ExecuteAsync(
        $"""
        INSERT INTO finance_tasks (session_id, checkout_id, kind, state, amount, currency, created_at)
        SELECT 'cs_' || checkout_id, checkout_id, 'AmountDiffers', 'Open', amount, currency, {Ago(TimeSpan.Zero)} FROM payment_events WHERE checkout_id = '{Newest}'
        """);

    public long Ago(TimeSpan time) => (Store.Time.GetUtcNow() - time).ToMicroseconds();

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        if (Sandbox is not null) await Sandbox.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static string Listed(string text) => text.Length == 0 ? "" : ", " + text;
}
