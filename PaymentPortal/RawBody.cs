using PaymentPortal.Core.Common;

namespace PaymentPortal;

/// <summary>The bytes of a request exactly as they came, up to a limit: what a signature or an idempotency hash is taken over.</summary>
public static class RawBody
{
    public const int MaxBytes = 256 * 1024;

    private static readonly Refusal TooLarge = new(RefusalCodes.TooLarge, 413, $"The body may have at most {MaxBytes / 1024} KB. Nothing was stored.");

    /// <summary>Refused when there are more than <see cref="MaxBytes"/>, told without reading them all, and when the server gave up waiting for them.</summary>
    public static async Task<Result<byte[]>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes) return TooLarge;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
            {
                if (buffer.Length + read > MaxBytes) return TooLarge;
                buffer.Write(chunk, 0, read);
            }
        }
        catch (BadHttpRequestException error)
        {
            return Refuse(error);
        }
        return buffer.ToArray();
    }

    /// <summary>The answer to a request that the server gave up reading, for every door that reads one.</summary>
    public static Refusal Refuse(BadHttpRequestException error) => error.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => new Refusal(RefusalCodes.TooSlow, error.StatusCode, "The body came too slowly, and the server stopped waiting for it. Nothing was stored; send it again."),
        StatusCodes.Status413PayloadTooLarge => new Refusal(RefusalCodes.TooLarge, error.StatusCode, "The body is larger than this call takes. Nothing was stored."),
        _ => new Refusal(RefusalCodes.Malformed, error.StatusCode, "The request could not be read. Nothing was stored."),
    };
}
