namespace PaymentPortal.Core.Psp;

/// <summary>The PSP's error types that a rule of ours depends on.</summary>
public static class PspErrorTypes
{
    public const string Card = "card_error";

    /// <summary>The key was used before with another path or body. That other request may well have been executed.</summary>
    public const string Idempotency = "idempotency_error";
}
