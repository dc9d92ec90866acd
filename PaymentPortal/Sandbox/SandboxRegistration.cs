using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Console;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Disputes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Hosted;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Refunds;
using PaymentPortal.Sandbox.Reports;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox;

/// <summary>
/// Everything that the sandbox PSP adds to a process. New resources join by four lists: routes, expandable fields, timers, and the books.
/// It follows the process's TimeProvider; only a <see cref="MovableTimeProvider"/> lets the control API move the clock.
/// </summary>
public static class SandboxRegistration
{
    private static readonly Dictionary<string, DueHandler> Timers = new()
    {
        [SessionLife.ExpiryKind] = SessionLife.ExpireIfOpen,
        [IntentLife.OutcomeKind] = IntentLife.LaterOutcome,
        [IntentLife.LateSettlementKind] = Charges.SettleLate,
        [IntentLife.CaptureDeadlineKind] = IntentLife.CaptureDeadline,
        [BalanceTransactions.FundsKind] = BalanceTransactions.BecomeAvailable,
        [RefundLife.OutcomeKind] = RefundLife.Decide,
        [RefundLife.ActionDeadlineKind] = RefundLife.ActionDeadline,
        [DisputeLife.OpeningKind] = DisputeLife.Open,
        [DisputeLife.DecisionKind] = DisputeLife.Decide,
        [DisputeLife.DeadlineKind] = DisputeLife.Deadline,
        [PayoutLife.SendingKind] = PayoutLife.Send,
        [PayoutLife.OutcomeKind] = PayoutLife.Arrive,
        [PayoutLife.ReturnKind] = PayoutLife.Return,
        [PayoutSchedule.Kind] = PayoutSchedule.PayOut,
        [ReportRuns.Kind] = ReportMaker.Make,
    };

    public static IServiceCollection AddSandbox(this IServiceCollection services, SandboxOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SandboxStore>();
        services.AddSingleton(Routes());
        services.AddSingleton(Expandable());
        services.AddSingleton<IReadOnlyDictionary<string, DueHandler>>(Timers);
        services.AddSingleton<Idempotency>();
        services.AddSingleton<FaultBoard>();
        services.AddSingleton<SandboxUnits>();
        services.AddSingleton<DueWork>();
        services.AddSingleton<AutomaticPayouts>();
        services.AddSingleton<ApiPipeline>();
        services.AddSingleton<PageScope>();
        services.AddSingleton<SandboxClock>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<ConsoleView>();
        services.AddHostedService<SandboxStart>();
        services.AddHostedService<DueWorker>();
        services.AddHostedService<WebhookWorker>();
        return services;
    }

    public static IEndpointRouteBuilder MapSandbox(this IEndpointRouteBuilder endpoints)
    {
        endpoints.Map($"{ApiPaths.Base}/v1/{{**rest}}", (HttpContext http, ApiPipeline pipeline) => pipeline.HandleAsync(http))
            .ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
        endpoints.MapHostedPages();
        endpoints.MapSandboxControl();
        endpoints.MapSandboxConsole();
        return endpoints;
    }

    private static ApiRoutes Routes() => new(
    [
        .. Sessions.All, .. Intents.All, .. Charges.All, .. Search.All, .. PaymentMethods.All, .. Balance.All, .. BalanceTransactions.All,
        .. RefundRoutes.All, .. DisputeRoutes.All, .. Accounts.All, .. Transfers.All, .. Reversals.All, .. PayoutRoutes.All,
        .. ReportTypes.Routes, .. ReportRuns.Routes, .. ReportFile.Routes, .. EventRoutes.All, .. WebhookEndpoints.All,
    ]);

    private static Expander Expandable() => new Expander()
        .Reference(Sessions.Type, "payment_intent", Intents.Type)
        .List(Sessions.Type, "line_items", "item", LineItems.Included)
        .Reference(Intents.Type, "latest_charge", Charges.Type)
        .Reference(Intents.Type, "payment_method", PaymentMethods.Type)
        .Reference(Charges.Type, "payment_intent", Intents.Type)
        .Reference(Charges.Type, "balance_transaction", BalanceTransactions.Type)
        .List(Charges.Type, "refunds", "refund", Charges.RefundsOf)
        .Reference(Charges.Type, "source_transfer", Transfers.Type)
        .Reference(BalanceTransactions.Type, "source",
            Charges.Type, RefundRoutes.Type, DisputeRoutes.Type, Transfers.Type, Reversals.Type, PayoutRoutes.Type)
        .Reference(RefundRoutes.Type, "charge", Charges.Type)
        .Reference(RefundRoutes.Type, "payment_intent", Intents.Type)
        .Reference(RefundRoutes.Type, "payment_method", PaymentMethods.Type)
        .Reference(RefundRoutes.Type, "balance_transaction", BalanceTransactions.Type)
        .Reference(RefundRoutes.Type, "failure_balance_transaction", BalanceTransactions.Type)
        .Reference(RefundRoutes.Type, "source_transfer_reversal", Reversals.Type)
        .Nothing(RefundRoutes.Type, "customer", "transfer_reversal")
        .Reference(DisputeRoutes.Type, "charge", Charges.Type)
        .Reference(DisputeRoutes.Type, "payment_intent", Intents.Type)
        .Nothing(DisputeRoutes.Type, Evidence.FileFields)
        .Reference(Transfers.Type, "balance_transaction", BalanceTransactions.Type)
        .Reference(Transfers.Type, "destination", Accounts.Type)
        .Reference(Transfers.Type, "destination_payment", Charges.Type)
        .Reference(Transfers.Type, "source_transaction", Charges.Type)
        .Reference(Reversals.Type, "balance_transaction", BalanceTransactions.Type)
        .Reference(Reversals.Type, "destination_payment_refund", RefundRoutes.Type)
        .Reference(Reversals.Type, "transfer", Transfers.Type)
        .Nothing(Reversals.Type, "source_refund")
        .Reference(PayoutRoutes.Type, "balance_transaction", BalanceTransactions.Type)
        .Reference(PayoutRoutes.Type, "failure_balance_transaction", BalanceTransactions.Type)
        .Reference(PayoutRoutes.Type, "destination", BankAccounts.Type)
        .Nothing(PayoutRoutes.Type, "application_fee", "original_payout", "reversed_by")
        .Nothing(Sessions.Type, "customer", "invoice", "payment_link", "setup_intent", "subscription")
        .Nothing(Intents.Type, "application", "customer", "on_behalf_of", "payment_record", "review", "source", "transfer_data.destination")
        .Nothing(Charges.Type, "application", "application_fee", "customer", "failure_balance_transaction", "on_behalf_of", "review", "source",
            "transfer", "transfer_data.destination")
        .Nothing(PaymentMethods.Type, "customer");
}
