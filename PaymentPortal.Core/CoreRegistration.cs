using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PaymentPortal.Core.Analytics;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core;

/// <summary>Every registration of the engine, grouped by folder. The host opens dialect and key ring first, because they may refuse to start, and adds a TimeProvider.</summary>
public static class CoreRegistration
{
    public static IServiceCollection AddPaymentCore(
        this IServiceCollection services, SqlDialect dialect, KeyRing keys, string dataDirectory, PaymentSettings settings, StripeOptions psp)
    {
        // Storage
        services.AddSingleton(dialect);
        services.AddSingleton(provider => new WriteLane(dialect, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDbContextFactory<PortalDb>, PortalDbFactory>();
        services.AddSingleton<StaffNames>();
        services.AddSingleton<StaffNaming>(provider => provider.GetRequiredService<StaffNames>().NameOf);
        services.AddSingleton<StaffDirectory>();

        // Integrity
        services.AddSingleton(keys);
        services.AddSingleton<FieldCipher>();
        services.AddSingleton<HashChain>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ExportTrail>();
        services.AddSingleton<IChainedRows, AuditChain>();
        services.AddSingleton(provider => new ChainAnchors(dataDirectory, dialect, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IInvariant, StoreInvariant>();
        services.AddSingleton<IInvariant, ClockInvariant>();
        services.AddSingleton<IInvariant, SealedInvariant>();
        foreach (var invariant in StaffInvariants.All) services.AddSingleton(invariant);
        services.TryAddSingleton(VerifyScope.Busy);
        services.AddSingleton<InvariantRunner>();
        services.AddSingleton<IntegrityResults>();
        services.TryAddSingleton(WatchReach.Usual);
        services.AddSingleton<IntegrityWatch>();
        services.AddSingleton<IntegrityDesk>();
        services.AddSingleton<Resealer>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<ApiKeyService>();
        services.TryAddSingleton(ApprovalLimits.Usual);
        // The kinds come late: their features ask for approvals themselves.
        services.AddSingleton(provider => new Approvals(
            provider.GetRequiredService<WriteLane>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<ApprovalLimits>(), provider.GetRequiredService<StaffNames>(), provider.GetServices<IApprovalKind>));
        services.AddSingleton<ApprovalQueries>();
        foreach (var invariant in ApprovalInvariants.All) services.AddSingleton(invariant);

        // Events
        services.AddSingleton<IEventBus, InProcessEventBus>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddSingleton<FactPump>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<IRetryHandler, ParkedFactStep>();
        services.AddSingleton<IDeadStep, DeadFact>();
        foreach (var invariant in EventInvariants.All) services.AddSingleton(invariant);

        // Retries
        services.AddSingleton(DiceThrows.Fair);
        services.AddSingleton<RetryPolicies>();
        services.AddSingleton<RetryPolicyDesk>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<DeadLetterQueries>();
        services.AddSingleton<DeadLetterDesk>();
        services.AddSingleton<RedriveRules>();
        services.AddSingleton<RedriveDesk>();
        services.AddSingleton<RedriveQueries>();
        services.AddSingleton<IApprovalKind, RedriveApproval>();
        services.AddSingleton<IApprovalKind, PolicyApproval>();
        services.AddSingleton<RetryExport>();
        services.AddSingleton<ScheduledRetries>();
        services.AddSingleton<IRetryHandler, RedriveStep>();
        foreach (var invariant in RetryInvariants.All) services.AddSingleton(invariant);
        foreach (var query in StuckQueries.All) services.AddSingleton(query);
        services.AddSingleton<StuckWork>();
        services.AddSingleton<RetryWorker>();

        // Notifications: a host that wants other settings registers them before
        services.TryAddSingleton(new WebhookSettings());
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<EndpointHealth>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<WebhookDesk>();
        services.AddSingleton<WebhookQueries>();
        services.AddSingleton<IFactConsumer, WebhookFanOut>();
        services.AddSingleton<IRetryHandler, WebhookSendStep>();
        services.AddSingleton<IDeadStep, DeadWebhook>();
        foreach (var invariant in WebhookInvariants.All) services.AddSingleton(invariant);
        foreach (var query in StuckWebhooks.All) services.AddSingleton(query);

        // Psp
        services.AddSingleton(psp);
        services.AddSingleton(new PspMode(psp.IsLive));
        services.AddSingleton<PspHealth>();
        services.AddSingleton<PspReturn>();
        services.AddSingleton<StripeClient>();
        services.AddSingleton<IPaymentServiceProvider>(provider => provider.GetRequiredService<StripeClient>());
        services.AddSingleton<IPspReturns>(provider => provider.GetRequiredService<StripeClient>());
        services.AddSingleton<IPayoutProvider, StripePayouts>();
        services.AddSingleton<IReportProvider, StripeReports>();
        services.AddSingleton<PspInbox>();
        services.AddSingleton<InboxQueries>();
        services.AddSingleton<RefusedWebhooks>();
        services.AddSingleton<EventCatchUp>();
        services.AddSingleton<IRetryHandler, InboxStep>();
        services.AddSingleton<IDeadStep, DeadEvent>();
        services.AddSingleton<PspCallLog>();
        services.AddSingleton<PspTalk>();
        services.AddSingleton<UnknownCalls>();
        services.AddSingleton<StripeTries>();
        services.AddSingleton<PspPosts>();
        services.AddSingleton<IInvariant, PspCallInvariant>();
        foreach (var query in StuckEvents.All) services.AddSingleton(query);

        // Ledger
        services.AddSingleton<Journal>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<EntryQueries>();
        services.AddSingleton<AccountSnapshots>();
        services.AddSingleton<LedgerExport>();
        services.AddSingleton<ManualEntries>();
        services.AddSingleton<IApprovalKind, ManualEntryApproval>();
        services.AddSingleton<IChainedRows, JournalChain>();
        foreach (var invariant in LedgerInvariants.All) services.AddSingleton(invariant);

        // Wallets
        services.AddSingleton<WalletService>();
        services.AddSingleton<WalletQueries>();
        services.AddSingleton<StatementQueries>();
        foreach (var invariant in WalletInvariants.All) services.AddSingleton(invariant);
        services.AddSingleton<IInvariant, HeldInvariant>();

        // Payments
        services.AddSingleton(settings);
        services.AddSingleton<Buyers>();
        services.AddSingleton<PaymentHistory>();
        services.AddSingleton<PaymentMover>();
        services.AddSingleton<PaymentPosting>();
        services.AddSingleton<PaymentStatusCheck>();
        services.AddSingleton<SessionComparison>();
        services.AddSingleton<PaymentEnding>();
        services.AddSingleton<PaymentService>();
        services.AddSingleton<BuyerCheckout>();
        services.AddSingleton<LateSuccess>();
        services.AddSingleton<SessionBuilder>();
        services.AddSingleton<CheckoutQueries>();
        services.AddSingleton<BuyerPageQueries>();
        services.AddSingleton<PaymentSearch>();
        services.AddSingleton<PaymentRows>();
        services.AddSingleton<PaymentQueries>();
        services.AddSingleton<PaymentExport>();
        services.AddSingleton<PaymentNotes>();
        services.AddSingleton<PaymentDetailsQuery>();
        services.AddSingleton<PaymentDesk>();
        services.AddSingleton<IPspObjectHandler, SessionEvents>();
        services.AddSingleton<SessionSearch>();
        services.AddSingleton<IRetryHandler, AttemptStep>();
        services.AddSingleton<IRetryHandler, CheckoutEndStep>();
        services.AddSingleton<IDeadStep, DeadAttempt>();
        services.AddSingleton<IDeadStep, DeadCheckoutEnd>();
        services.AddSingleton<IInvariant>(new HistoryInvariant(keys, PaymentHistoryRules.Payments));
        foreach (var invariant in PaymentInvariants.All) services.AddSingleton(invariant);
        foreach (var query in StuckPayments.All) services.AddSingleton(query);
        foreach (var query in StuckReturns.All) services.AddSingleton(query);
        services.AddSingleton<ReturnHistory>();
        services.AddSingleton<IInvariant>(new HistoryInvariant(keys, ReturnHistoryRules.Returns));
        services.AddSingleton<RefundMover>();
        services.AddSingleton<RefundBooks>();
        services.AddSingleton<RefundService>();
        services.AddSingleton<OwedBooks>();
        services.AddSingleton<FinanceRefunds>();
        services.AddSingleton<RefundOutcome>();
        services.AddSingleton<RefundCheck>();
        services.AddSingleton<RefundQueries>();
        services.AddSingleton<IApprovalKind, RefundApproval>();
        services.AddSingleton<IApprovalKind, OwedApproval>();
        services.AddSingleton<IPspObjectHandler, RefundEvents>();
        services.AddSingleton<IRetryHandler, RefundStep>();
        services.AddSingleton<IDeadStep, DeadRefund>();
        foreach (var invariant in RefundInvariants.All) services.AddSingleton(invariant);
        services.TryAddSingleton(DisputeSettings.Usual);
        services.AddSingleton<DisputeMover>();
        services.AddSingleton<DisputeMoney>();
        services.AddSingleton<DisputeOutcome>();
        services.AddSingleton<DisputeCheck>();
        services.AddSingleton<DisputeBearing>();
        services.AddSingleton<IApprovalKind, BearerApproval>();
        services.AddSingleton<DisputeDesk>();
        services.AddSingleton<DisputeWatch>();
        services.AddSingleton<EvidenceText>();
        services.AddSingleton<DisputeQueries>();
        services.AddSingleton<IPspObjectHandler, DisputeEvents>();
        services.AddSingleton<IRetryHandler, DisputePoll>();
        services.AddSingleton<IRetryHandler, DisputeAnswer>();
        services.AddSingleton<IDeadStep, DeadDisputeAnswer>();
        services.AddSingleton<IDeadStep, DeadDisputePoll>();
        services.AddSingleton(new HeldPart("SELECT seller_account, currency, amount FROM dispute_shares WHERE state = 'Held'"));
        foreach (var invariant in DisputeInvariants.All) services.AddSingleton(invariant);
        services.AddSingleton<IInvariant, PspBooksInvariant>();
        AddQuiet(services, QuietInvariants.Of);

        // Payouts
        services.AddSingleton<PayoutHistory>();
        services.AddSingleton<PayoutMover>();
        services.AddSingleton<PayoutCheck>();
        services.AddSingleton<OverdrawnPayouts>();
        services.AddSingleton<AutomaticPayouts>();
        services.AddSingleton<PayoutService>();
        services.AddSingleton<PayoutSchedules>();
        services.AddSingleton<PayoutBatches>();
        services.AddSingleton<PayoutQueries>();
        services.AddSingleton<SellerDesk>();
        services.AddSingleton<SellerQueries>();
        services.AddSingleton<SellerAccountStep>();
        services.AddSingleton<IRetryHandler>(provider => provider.GetRequiredService<SellerAccountStep>());
        services.AddSingleton<IRetryHandler, PayoutStep>();
        services.AddSingleton<IPspObjectHandler, PayoutEvents>();
        services.AddSingleton<IPspObjectHandler, SellerEvents>();
        services.AddSingleton<IDeadStep, DeadPayout>();
        services.AddSingleton<IDeadStep, DeadSellerAccount>();
        services.AddSingleton<IApprovalKind, PayoutApproval>();
        services.AddSingleton<IApprovalKind>(provider => new PayAgainApproval(provider.GetRequiredService<PayoutService>));
        services.AddSingleton(new HeldPart("SELECT seller_account, currency, amount FROM payouts WHERE seller_account IS NOT NULL AND status NOT IN ('PAID', 'REFUSED', 'CANCELED')"));
        services.AddSingleton<IInvariant>(new HistoryInvariant(keys, PayoutHistoryRules.Payouts));
        foreach (var query in StuckPayouts.All) services.AddSingleton(query);
        foreach (var invariant in PayoutInvariants.All) services.AddSingleton(invariant);
        AddQuiet(services, QuietPayouts.Of);

        // Reconciliation
        services.TryAddSingleton(Tolerances.Usual);
        services.AddSingleton<MismatchBook>();
        services.AddSingleton<SettlementGate>();
        services.AddSingleton<SettlementDesk>();
        services.AddSingleton<SettlementSweep>();
        services.AddSingleton<SettlementReports>();
        foreach (var query in StuckReports.All) services.AddSingleton(query);
        services.AddSingleton<MismatchDesk>();
        services.AddSingleton<MismatchManyDesk>();
        services.AddSingleton<ReconciliationQueries>();
        services.AddSingleton<ReportOrderQueries>();
        services.AddSingleton<FeeTermDesk>();
        services.AddSingleton<FeeReport>();
        services.AddSingleton<FeeExport>();
        services.AddSingleton<IRetryHandler, SettlementStep>();
        services.AddSingleton<IRetryHandler, ReportStep>();
        services.AddSingleton<IDeadStep, DeadSettlement>();
        services.AddSingleton<IDeadStep, DeadReport>();
        services.AddSingleton<IApprovalKind, MismatchApproval>();
        services.AddSingleton<IApprovalKind, MismatchBatches>();
        services.AddSingleton<IInvariant>(new LineMacInvariant(keys));
        services.AddSingleton<IInvariant>(new HistoryInvariant(keys, MismatchMoves.Rules));
        foreach (var invariant in ReconciliationInvariants.All) services.AddSingleton(invariant);
        services.AddSingleton<DayProver>();
        services.AddSingleton<CloseDesk>();
        services.AddSingleton<CloseQueries>();
        services.AddSingleton<DayEvidence>();
        services.AddSingleton<IApprovalKind, CloseApproval>();
        services.AddSingleton<IRetryHandler, EvidenceStep>();
        services.AddSingleton<IDeadStep, DeadEvidence>();
        services.AddSingleton<IInvariant>(new CloseMacInvariant(keys));
        foreach (var invariant in CloseInvariants.All) services.AddSingleton(invariant);

        // Analytics
        services.AddSingleton<IFactConsumer, FigureKeeper>();
        services.AddSingleton<FigureRebuild>();
        services.AddSingleton<FigureQueries>();
        services.AddSingleton<IInvariant, FigureInvariant>();

        return services;
    }

    /// <summary>The scope is the host's, which is known late.</summary>
    private static void AddQuiet(IServiceCollection services, Func<VerifyScope, IReadOnlyList<IInvariant>> of)
    {
        for (var at = 0; at < of(VerifyScope.Busy).Count; at++)
        {
            var index = at;
            services.AddSingleton(provider => of(provider.GetRequiredService<VerifyScope>())[index]);
        }
    }
}
