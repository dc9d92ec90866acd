using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Api;

/// <summary>The Idempotency-Key header of a POST, and its stored answer.</summary>
public static class IdempotencyKeys
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public static Result<string> Read(HttpRequest request)
    {
        if (request.Headers[Header] is not [{ Length: > 0 } key])
            return new Refusal(RefusalCodes.IdempotencyKeyMissing, 400, "Every POST needs one Idempotency-Key header, so that a repeat after a lost answer does nothing twice. Nothing was stored.", Header);
        if (key.Length > MaxLength || key.Any(character => character is < '!' or > '~'))
            return new Refusal(RefusalCodes.Invalid, 422, $"The Idempotency-Key has 1 to {MaxLength} visible ASCII characters. Nothing was stored.", Header);
        return key;
    }

    public static IResult Answer(HttpContext http, IdempotentAnswer answer)
    {
        if (answer.IsReplay) http.Response.Headers["Idempotency-Replayed"] = "true";
        return Results.Text(answer.Body, "application/json", statusCode: answer.HttpStatus);
    }
}
