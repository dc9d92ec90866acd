namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Reads the PSP's error form, and words the errors of calls that brought none.</summary>
internal static class StripeErrors
{
    private const int MaxMessage = 500;

    /// <summary>The error of an answer that is no success. Its type is null when the body holds no error of the PSP's.</summary>
    public static PspError Of(StripeReply reply)
    {
        if (reply.Reach == StripeReach.NotSent) return Ours(PspErrorCodes.Unavailable, reply.Fault!);
        if (reply.Reach == StripeReach.Lost) return Ours(PspErrorCodes.NoAnswer, reply.Fault!);
        try
        {
            using var document = StripeJson.Parse(reply.Body);
            var error = document.RootElement.RequireObject("error");
            var code = error.Text("code") ?? (reply.Status >= 500 ? PspErrorCodes.ServerError : null);
            var message = error.Text("message") ?? "";
            return new PspError(reply.Status, error.RequireText("type"), code, error.Text("decline_code"), error.Text("param"), Cut(StripeRedaction.Text(message)));
        }
        catch (StripeShapeException)
        {
            return Foreign(reply.Status!.Value);
        }
    }

    public static PspError BadAnswer(int? status, string why) => new(status, null, PspErrorCodes.BadAnswer, null, null, Cut(StripeRedaction.Text(why)));

    private static PspError Foreign(int status) => status >= 500
        ? new PspError(status, null, PspErrorCodes.ServerError, null, null, $"The PSP answered {status} without saying why.")
        : BadAnswer(status, $"The answer {status} is not in the PSP's form; something between us and the PSP may have sent it.");

    private static PspError Ours(string code, string message) => new(null, null, code, null, null, message);

    private static string Cut(string message) => message.Length > MaxMessage ? message[..MaxMessage] : message;
}
