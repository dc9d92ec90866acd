namespace PaymentPortal.Core.Events;

/// <summary>The names of facts; <see cref="EventCatalogue"/> says what each holds. A name never changes its meaning.</summary>
public static class EventTypes
{
    public const string CheckoutCreated = "checkout.created";
    public const string CheckoutExecuting = "checkout.executing";
    public const string CheckoutSucceeded = "checkout.succeeded";
    public const string CheckoutFailed = "checkout.failed";
    public const string CheckoutExpired = "checkout.expired";
    public const string CheckoutCanceled = "checkout.canceled";
    public const string AttemptDeclined = "attempt.declined";
    public const string WebhookTest = "webhook.test";
}
