namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>The names that a refund's next step and its POST have.</summary>
public static class RefundSteps
{
    /// <summary>Subject: the refund. Sends it, then polls it until the bank has it.</summary>
    public const string Refund = "refund";

    /// <summary>The name of its POST in its keys.</summary>
    public const string Create = "refund";
}
