namespace PaymentPortal.Core.Common;

/// <summary>The codes of every refusal that the API, the portal and the documents name. A code never changes its meaning.</summary>
public static class RefusalCodes
{
    public const string Malformed = "malformed_request";
    public const string UnknownField = "unknown_field";
    public const string DuplicateField = "duplicate_field";
    public const string Missing = "missing_value";
    public const string Invalid = "invalid_value";
    public const string InvalidAmount = "invalid_amount";
    public const string UnknownCurrency = "unknown_currency";
    public const string TooLarge = "body_too_large";
    public const string TooSlow = "body_too_slow";
    public const string WrongContentType = "wrong_content_type";
    public const string Unauthorized = "unauthorized";
    public const string ScopeMissing = "scope_missing";
    public const string NotFound = "not_found";
    public const string IdempotencyKeyMissing = "idempotency_key_missing";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string StateConflict = "state_conflict";
    public const string InsufficientFunds = "insufficient_funds";
    public const string StoreUnavailable = "store_unavailable";
    public const string SignatureInvalid = "signature_invalid";
    public const string TooSoon = "too_soon";
    public const string MakerIsChecker = "maker_is_checker";
    public const string NeedsOwner = "key_needs_owner";
    public const string LimitReached = "limit_reached";
    public const string PspUnavailable = "psp_unavailable";
    public const string NotPaid = "not_paid";
    public const string ChargeDisputed = "charge_disputed";
    public const string AlreadyRefunded = "already_refunded";
    public const string RefundTooLarge = "refund_too_large";
}
