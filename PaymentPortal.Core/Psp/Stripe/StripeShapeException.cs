namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>An answer that is not the object we asked for. Never leaves the client: it becomes the verdict Unknown.</summary>
internal sealed class StripeShapeException(string message) : Exception(message);
