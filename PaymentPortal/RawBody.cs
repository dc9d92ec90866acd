namespace PaymentPortal;

/// <summary>The bytes of a request exactly as they came, up to a limit: what a signature or an idempotency hash is taken over.</summary>
public static class RawBody
{
    public const int MaxBytes = 256 * 1024;

    /// <summary>Null when there are more than <see cref="MaxBytes"/>, told without reading them all.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes) return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > MaxBytes) return null;
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }
}
