using PaymentPortal.Core.Payments.Disputes;

namespace PaymentPortal.Core.Payments.Returns;

/// <summary>What a person is shown beside the state of a paid payment. Exactly one holds.</summary>
public enum PaymentReturn
{
    None,
    PartlyRefunded,
    Refunded,

    /// <summary>A bank asks or decides, or has decided against us.</summary>
    Disputed,
}

/// <summary>The one place that says which of them is shown: what a bank decides before what we decided.</summary>
public static class PaymentReturns
{
    public static PaymentReturn Of(long refunded, long paid, IEnumerable<DisputeStatus> disputes)
    {
        if (disputes.Any(status => status is not (DisputeStatus.Won or DisputeStatus.Closed))) return PaymentReturn.Disputed;
        if (refunded == 0) return PaymentReturn.None;
        return refunded < paid ? PaymentReturn.PartlyRefunded : PaymentReturn.Refunded;
    }
}
