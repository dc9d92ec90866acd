namespace PaymentPortal.Core.Psp;

/// <summary>The PSP's error types that a rule of ours depends on.</summary>
public static class PspErrorTypes
{
    public const string Card = "card_error";

    /// <summary>The key was used before with another path or body. That other request may well have been executed.</summary>
    public const string Idempotency = "idempotency_error";
}

/// <summary>Our own codes for calls that the PSP gave no error for. They stand in the catalogue beside the PSP's codes.</summary>
public static class PspErrorCodes
{
    /// <summary>No whole answer came: time-out, reset, half an answer.</summary>
    public const string NoAnswer = "psp_timeout";

    /// <summary>Refused before sending: no connection, open circuit, bulkhead full, PSP paused.</summary>
    public const string Unavailable = "psp_unavailable";

    /// <summary>Not enough money is available at the PSP yet: the one refusal that passes by itself.</summary>
    public const string BalanceInsufficient = "balance_insufficient";

    /// <summary>Our key may not act for the connected account that the request names.</summary>
    public const string AccountInvalid = "account_invalid";

    /// <summary>An answer came that is not the PSP's, or not about what we asked.</summary>
    public const string BadAnswer = "psp_bad_answer";

    /// <summary>The PSP answered 5xx: it may have done it.</summary>
    public const string ServerError = "psp_server_error";
}
