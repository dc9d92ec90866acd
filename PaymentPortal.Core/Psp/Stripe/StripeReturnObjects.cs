using System.Text.Json;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Makes our records of refunds and disputes, as strictly as <see cref="StripeObjects"/>.</summary>
internal static class StripeReturnObjects
{
    public static PspRefund Refund(JsonElement refund)
    {
        refund.RequireKind("refund");
        return new PspRefund(
            refund.RequireText("id"), RefundStatus(refund.Text("status") ?? "pending"), refund.RequireMoney("amount", refund.RequireCurrency()), refund.Id("charge"),
            refund.ChildObject("metadata")?.Text(StripeRequests.PspKeyField), refund.Text("failure_reason"), refund.RequireMoment("created"),
            Movement(refund, "balance_transaction"), Movement(refund, "failure_balance_transaction"));
    }

    public static PspDispute Dispute(JsonElement dispute)
    {
        dispute.RequireKind("dispute");
        var details = dispute.RequireObject("evidence_details");
        return new PspDispute(
            dispute.RequireText("id"), DisputeStatus(dispute.RequireText("status")), dispute.RequireMoney("amount", dispute.RequireCurrency()), dispute.RequireText("reason"),
            dispute.Id("charge") ?? throw new StripeShapeException("The dispute is about no charge."), dispute.Id("payment_intent"),
            dispute.ChildObject("metadata")?.Text(StripeRequests.PspKeyField), details.Child("due_by") is null ? null : details.RequireMoment("due_by"),
            details.RequireFlag("has_evidence"), (int)details.RequireInteger("submission_count"), dispute.RequireMoment("created"),
            OfCategory(dispute, "dispute"), OfCategory(dispute, "dispute_reversal"));
    }

    private static PspBalanceTransaction? Movement(JsonElement refund, string name) => refund.ChildObject(name) is { } movement ? StripeObjects.BalanceTransaction(movement) : null;

    private static PspBalanceTransaction? OfCategory(JsonElement dispute, string category)
    {
        foreach (var movement in dispute.RequireArray("balance_transactions").EnumerateArray())
        {
            if (movement.Text("reporting_category") == category) return StripeObjects.BalanceTransaction(movement);
        }
        return null;
    }

    private static PspRefundStatus RefundStatus(string word) => word switch
    {
        "pending" => PspRefundStatus.Pending,
        "requires_action" => PspRefundStatus.RequiresAction,
        "succeeded" => PspRefundStatus.Succeeded,
        "failed" => PspRefundStatus.Failed,
        "canceled" => PspRefundStatus.Canceled,
        _ => throw new StripeShapeException($"A refund can't be \"{word}\"."),
    };

    /// <summary>An appeal is one more round of the same: what was withdrawn stays withdrawn until it is won.</summary>
    private static PspDisputeStatus DisputeStatus(string word) => word switch
    {
        "warning_needs_response" => PspDisputeStatus.InquiryNeedsResponse,
        "warning_under_review" => PspDisputeStatus.InquiryUnderReview,
        "warning_closed" => PspDisputeStatus.InquiryClosed,
        "needs_response" or "appeal_needs_response" => PspDisputeStatus.NeedsResponse,
        "under_review" or "appeal_under_review" => PspDisputeStatus.UnderReview,
        "won" => PspDisputeStatus.Won,
        "lost" => PspDisputeStatus.Lost,
        "prevented" => PspDisputeStatus.Prevented,
        _ => throw new StripeShapeException($"A dispute can't be \"{word}\"."),
    };
}
