using System.Collections.Concurrent;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>
/// First answers by key (contract §3). The scope is the account, not the path. The stored row is written in the same commit as the work,
/// so a key can't be spent without its effect, nor the effect happen twice.
/// </summary>
public sealed class Idempotency
{
    public const int LongestKey = 255;
    private const long KeptSeconds = 24 * 60 * 60;

    private readonly ConcurrentDictionary<(string Account, string Key), string> _inFlight = [];

    /// <summary>Refuses a key whose first request is still running. Nothing of a refused twin is stored.</summary>
    public IDisposable Claim(ApiRequest request)
    {
        var claim = (request.Account, request.Key!);
        if (!_inFlight.TryAdd(claim, request.Id))
        {
            throw new StripeError(
                409, $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {request.Key}. Please try again later.")
            {
                Code = "idempotency_key_in_use", Type = "idempotency_error",
            };
        }

        return new Release(() => _inFlight.TryRemove(claim, out _));
    }

    public static ApiAnswer? FindReplay(SandboxDb db, ApiRequest request, DateTimeOffset now)
    {
        var rows = db.Query(
            "SELECT path, parameters, request, status, body FROM idempotency WHERE account = @0 AND key = @1 AND created > @2",
            row => (Path: row.GetString(0), Parameters: row.GetFieldValue<byte[]>(1), Request: row.GetString(2), Status: row.GetInt32(3), Body: row.GetString(4)),
            request.Account, request.Key, now.ToUnixTimeSeconds() - KeptSeconds);
        if (rows is not [var first])
        {
            return null;
        }

        if (first.Path != request.Path)
        {
            throw Reused($"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first.Path}' vs '{request.Path}'). Try using a key other than '{request.Key}' if you meant to execute a different request.");
        }

        if (!first.Parameters.AsSpan().SequenceEqual(request.Form.Fingerprint()))
        {
            throw Reused($"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{request.Key}' if you meant to execute a different request.");
        }

        return new ApiAnswer(first.Status, first.Body) { OriginalRequest = first.Request, IsReplay = true };
    }

    public static void Keep(SandboxDb db, ApiRequest request, ApiAnswer answer, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        db.Execute("DELETE FROM idempotency WHERE created <= @0", seconds - KeptSeconds);
        db.Execute(
            """
            INSERT INTO idempotency(account, key, path, parameters, request, created, status, body)
            VALUES(@0, @1, @2, @3, @4, @5, @6, @7) ON CONFLICT DO NOTHING
            """,
            request.Account, request.Key, request.Path, request.Form.Fingerprint(), request.Id, seconds, answer.Status, answer.Body);
    }

    private static StripeError Reused(string message) => new(400, message) { Type = "idempotency_error" };

    private sealed class Release(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
