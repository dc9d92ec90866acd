using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Refunds and disputes of seeded payments, made by the engine's own parts without a PSP.</summary>
internal static class ReturnSeed
{
    public static async Task<SeededPayment> PaidAsync(SeededPortal portal) => (await portal.Seed.AddAsync(1, _ => SeedShape.Paid))[0];

    public static async Task<RefundId> RefundAsync(IServiceProvider services, SeededPayment payment, string? amount = null) =>
        (await services.GetRequiredService<RefundService>().AskAsync(new RefundAsk(payment.Order.Value, amount, "Returned goods"), Actor.Staff("seed-" + payment.Reference), CancellationToken.None)).Value;

    /// <summary>Its step dies before the PSP got anything.</summary>
    public static Task BuryAsync(IServiceProvider services, RefundId refund) => services.GetRequiredService<WriteLane>().RunAsync(
        unit =>
        {
            services.GetRequiredService<DeadLetters>().Bury(unit, RetryQueue.ClaimNow(unit, RefundSteps.Refund, refund.Value)!, new TaskFailure(
                RetryOperations.LookUp, ErrorClass.Internal, TaskFailure.Us, "InvalidOperationException", "A fault of ours.", MoneyEffect.None));
            return 0;
        },
        CancellationToken.None);

    public static Task<DisputeId> DisputeAsync(IServiceProvider services, SeededPayment payment, PspDisputeStatus status = PspDisputeStatus.NeedsResponse) =>
        services.GetRequiredService<WriteLane>().RunAsync(
            unit =>
            {
                var outcome = services.GetRequiredService<DisputeOutcome>();
                var theirs = Of(payment, status, unit.Now);
                if (services.GetRequiredService<IPspReturns>() is StubReturns psp) psp.Know(theirs);
                var dispute = outcome.Begin(unit, theirs)!;
                outcome.Apply(unit, dispute, theirs);
                return dispute.Id;
            },
            CancellationToken.None);

    private static PspDispute Of(SeededPayment payment, PspDisputeStatus status, DateTimeOffset now)
    {
        var fee = new Money(15, payment.Total.Currency);
        var withdrawn = new PspBalanceTransaction("txn_dp_" + payment.Charge, -payment.Total, fee, -payment.Total - fee, now, now);
        return new PspDispute(
            "dp_" + payment.Charge, status, payment.Total, "product_not_received", payment.Charge!, payment.Intent, null, now.AddDays(2), HasEvidence: false, Submissions: 0, now,
            status is PspDisputeStatus.InquiryNeedsResponse ? null : withdrawn, null);
    }
}
