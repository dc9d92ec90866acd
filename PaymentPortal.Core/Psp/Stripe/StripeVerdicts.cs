namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>The one table that makes a verdict of an HTTP answer. Only what is said in the PSP's own error form is definite.</summary>
internal static class StripeVerdicts
{
    /// <param name="status">HTTP status of a whole answer.</param>
    /// <param name="error">The error object of the body, or null when the body has none: then a proxy may have answered in the PSP's place.</param>
    public static PspVerdict Of(int status, PspError? error) => status switch
    {
        >= 200 and < 300 => PspVerdict.Succeeded,
        // The PSP stores no answer when it turns a call away because of a twin under way (409) or its rate (429): nothing was executed by this send.
        409 or 429 => PspVerdict.NotSent,
        // 3xx and 5xx tell nothing about what was done.
        < 400 or >= 500 => PspVerdict.Unknown,
        _ when error?.Type is null => PspVerdict.Unknown,
        // Says that another request went under this key before, not that nothing happened.
        _ when error.Type == PspErrorTypes.Idempotency => PspVerdict.Unknown,
        402 when error.Type == PspErrorTypes.Card => PspVerdict.Declined,
        _ => PspVerdict.Rejected,
    };
}
