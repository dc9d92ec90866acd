namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Builds the POSTs and paths of refunds and disputes. Pure, as <see cref="StripeRequests"/>.</summary>
internal static class StripeReturnRequests
{
    public const string Refunds = "/v1/refunds";
    public const string Disputes = "/v1/disputes";

    private const string Movements = "balance_transaction";
    private const string FailureMovement = "failure_balance_transaction";

    public static PspRequest CreateRefund(NewRefund refund) => new(Refunds, new StripeForm()
        .Add("payment_intent", refund.IntentId)
        .Add("amount", refund.Amount.Minor)
        .Add("reason", refund.Reason)
        .Add($"metadata[{StripeRequests.PspKeyField}]", refund.PspKey)
        .Add("metadata[refund]", refund.Refund.Value)
        .Add("metadata[checkout]", refund.Checkout.Value)
        .Add("expand[0]", Movements)
        .Add("expand[1]", FailureMovement)
        .ToString());

    public static string FetchRefund(string refundId) => $"{Refunds}/{Uri.EscapeDataString(refundId)}?expand[]={Movements}&expand[]={FailureMovement}";

    public static string ListRefunds(string intentId) => $"{Refunds}?payment_intent={Uri.EscapeDataString(intentId)}&expand[]=data.{Movements}&expand[]=data.{FailureMovement}";

    public static string Dispute(string disputeId) => $"{Disputes}/{Uri.EscapeDataString(disputeId)}";

    public static PspRequest CloseDispute(string disputeId) => new(Dispute(disputeId) + "/close", "");

    /// <summary>The PSP submits whatever is sent without this word, so it is always said.</summary>
    public static PspRequest UpdateDispute(string disputeId, IReadOnlyDictionary<string, string> evidence, bool isSubmitted, string pspKey)
    {
        var form = new StripeForm();
        foreach (var (field, text) in evidence.OrderBy(one => one.Key, StringComparer.Ordinal)) form.Add($"evidence[{field}]", text);
        return new PspRequest(Dispute(disputeId), form.Add("submit", isSubmitted ? "true" : "false").Add($"metadata[{StripeRequests.PspKeyField}]", pspKey).ToString());
    }
}
