namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Refunds and disputes over the same wire.</summary>
public sealed partial class StripeClient : IPspReturns
{
    public PspRequest CreateRefund(NewRefund refund) => StripeReturnRequests.CreateRefund(refund);

    public Task<PspAnswer<PspRefund>> SendRefundAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        PostAsync(request, pspKey, body =>
        {
            var refund = StripeReturnObjects.Refund(body);
            return refund.PspKey == pspKey ? refund : throw new StripeShapeException("The answer is about another refund.");
        }, cancellationToken);

    public async Task<PspAnswer<PspRefund>> FetchRefundAsync(string refundId, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(StripeReturnRequests.FetchRefund(refundId), body =>
        {
            var refund = StripeReturnObjects.Refund(body);
            return refund.Id == refundId ? refund : throw new StripeShapeException("The answer is about another refund.");
        }, cancellationToken).ConfigureAwait(false);
        return answer.Value is { Status: PspRefundStatus.Succeeded, Taken: null } or { Status: PspRefundStatus.Failed or PspRefundStatus.Canceled, Taken: not null, GivenBack: null }
            ? answer with { Verdict = PspVerdict.Pending }
            : answer;
    }

    public Task<PspAnswer<IReadOnlyList<PspRefund>>> ListRefundsAsync(string intentId, CancellationToken cancellationToken) =>
        ListAsync(
            StripeReturnRequests.ListRefunds(intentId),
            refund => refund.ChildObject("metadata")?.Text(StripeRequests.PspKeyField) is null ? null : StripeReturnObjects.Refund(refund), cancellationToken);

    public PspRequest UpdateDispute(string disputeId, IReadOnlyDictionary<string, string> evidence, bool isSubmitted, string pspKey) =>
        StripeReturnRequests.UpdateDispute(disputeId, evidence, isSubmitted, pspKey);

    public PspRequest CloseDispute(string disputeId) => StripeReturnRequests.CloseDispute(disputeId);

    public Task<PspAnswer<PspDispute>> SendDisputeAsync(PspRequest request, string pspKey, CancellationToken cancellationToken) =>
        PostAsync(request, pspKey, body =>
        {
            var dispute = StripeReturnObjects.Dispute(body);
            var path = StripeReturnRequests.Dispute(dispute.Id);
            return request.Path == path || request.Path == path + "/close" ? dispute : throw new StripeShapeException("The answer is about another dispute.");
        }, cancellationToken);

    public Task<PspAnswer<PspDispute>> FetchDisputeAsync(string disputeId, CancellationToken cancellationToken) =>
        GetAsync(StripeReturnRequests.Dispute(disputeId), body =>
        {
            var dispute = StripeReturnObjects.Dispute(body);
            return dispute.Id == disputeId ? dispute : throw new StripeShapeException("The answer is about another dispute.");
        }, cancellationToken);

    public Task<PspAnswer<IReadOnlyList<PspDispute>>> ListDisputesAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken) =>
        ListAsync(StripeRequests.Created(StripeReturnRequests.Disputes, createdFrom, createdTo), StripeReturnObjects.Dispute, cancellationToken);
}
