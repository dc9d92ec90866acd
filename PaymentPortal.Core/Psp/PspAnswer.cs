namespace PaymentPortal.Core.Psp;

/// <summary>What a PSP call came to, as far as its answer proves it. Unknown is never a failure: the PSP may have done it.</summary>
public enum PspVerdict
{
    Succeeded,

    /// <summary>The PSP has the object but not yet all of it: ask again.</summary>
    Pending,

    /// <summary>The card was refused; no money moved.</summary>
    Declined,

    /// <summary>A definite "no" of the PSP itself; no money moved and a repeat of the same request would be refused again.</summary>
    Rejected,

    /// <summary>Nothing was executed: it never left, or the PSP turned it away before looking at it (409, 429).</summary>
    NotSent,

    /// <summary>No answer, or none that can be believed.</summary>
    Unknown,
}

/// <summary>The PSP's error object, or our own words for a call that got none. The message holds no card number, address or key.</summary>
public sealed record PspError(int? HttpStatus, string? Type, string? Code, string? DeclineCode, string? Param, string Message)
{
    /// <summary>Every call would be refused alike. A 403 about a connected account is about that account alone: it may have taken its permission back.</summary>
    public bool IsOurKeyRefused => HttpStatus == 401 || (HttpStatus == 403 && Code != PspErrorCodes.AccountInvalid);
}

/// <summary>
/// One call as it is kept for the payment's timeline. Bodies are redacted before they get here. A replay is the PSP's stored first answer
/// to the same key: it shows the object as it was then.
/// </summary>
public sealed record PspExchange(
    string Method,
    string Path,
    string? PspKey,
    int? HttpStatus,
    string? RequestId,
    DateTimeOffset StartedAt,
    TimeSpan Latency,
    string RequestBody,
    string ResponseBody,
    bool IsReplay);

/// <summary>The verdict of a call with what it brought: a value when it succeeded or is pending, an error otherwise.</summary>
public sealed record PspAnswer<T>(PspVerdict Verdict, T? Value, PspError? Error, PspExchange Exchange)
    where T : class
{
    /// <summary>How long the PSP asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Our own guard held it back, and <see cref="RetryAfter"/> says for how long: no other call would have fared better.</summary>
    public bool IsHeld { get; init; }
}
