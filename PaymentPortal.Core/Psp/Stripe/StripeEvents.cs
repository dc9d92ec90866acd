using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Reads a webhook's body once its signature is proved. Strict: two readings of one body must not be possible.</summary>
public static class StripeEvents
{
    public static Result<PspEvent> Read(ReadOnlyMemory<byte> rawBody)
    {
        try
        {
            using var document = StripeJson.Parse(rawBody);
            return StripeObjects.Event(document.RootElement);
        }
        catch (StripeShapeException wrong)
        {
            return new Refusal(RefusalCodes.Malformed, 400, $"This is no event of the PSP's. {wrong.Message} Nothing was stored.");
        }
    }
}
