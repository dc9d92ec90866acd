using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>The form of webhook faults: percentages and a delay.</summary>
public static class WebhookForm
{
    public static WebhookFaults Read(IFormCollection form)
    {
        var webhooks = new WebhookFaults
        {
            Drop = FormValues.Percent(form, "drop", "Lost"),
            Duplicate = FormValues.Percent(form, "duplicate", "Sent twice"),
            Forge = FormValues.Percent(form, "forge", "Forged"),
            DelayMs = (int)FormValues.Whole(form, "hold", "The delay"),
            Shuffle = form["shuffle"] == "true",
        };
        return webhooks.Complaint() is { } complaint ? throw StripeError.Invalid($"The webhook faults are as before: {complaint}.") : webhooks;
    }
}
