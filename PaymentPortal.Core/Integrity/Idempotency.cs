using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>A call that a caller may repeat: who, under which key, which operation (method and path) with which body.</summary>
public sealed record IdempotentCall(string CallerId, string Key, string Operation, byte[] BodyHash)
{
    public static IdempotentCall Of(string callerId, string key, string operation, ReadOnlySpan<byte> body) =>
        new(callerId, key, operation, SHA256.HashData(body));
}

/// <summary>The first answer to a call; <paramref name="IsReplay"/> when it was given before.</summary>
public sealed record IdempotentAnswer(int HttpStatus, string Body, bool IsReplay);

/// <summary>
/// Remembers the answer of a call in the same unit as its effect, so there is no state between "not done" and "done with this answer".
/// A twin waits in the lane behind the first and reads what that one stored. Refusals roll the unit back and leave no row.
/// </summary>
public static class Idempotency
{
    /// <summary>The stored answer, a refusal when the key was used for something else, or null when this call is the first.</summary>
    public static Result<IdempotentAnswer>? Find(UnitOfWork unit, IdempotentCall call)
    {
        var stored = unit.QueryFirst(
            "SELECT operation, body_hash, http_status, answer FROM idempotency_keys WHERE caller_id = $1 AND idempotency_key = $2",
            row => new Stored(row.GetString(0), (byte[])row[1], row.GetInt32(2), row.GetString(3)),
            call.CallerId, call.Key);
        if (stored is null) return null;
        if (stored.Operation == call.Operation && stored.BodyHash.AsSpan().SequenceEqual(call.BodyHash))
            return new IdempotentAnswer(stored.HttpStatus, stored.Answer, IsReplay: true);
        return new Refusal(
            RefusalCodes.IdempotencyKeyReused, 422,
            "This Idempotency-Key was used for another request (its body, path or method differ). The first request stands as it was; send this one under a new key.",
            "Idempotency-Key");
    }

    public static void Store(UnitOfWork unit, IdempotentCall call, int httpStatus, string answer) =>
        unit.Execute(
            "INSERT INTO idempotency_keys (caller_id, idempotency_key, operation, body_hash, http_status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            call.CallerId, call.Key, call.Operation, call.BodyHash, httpStatus, answer, unit.Now);

    private sealed record Stored(string Operation, byte[] BodyHash, int HttpStatus, string Answer);
}

/// <summary>A stored answer, unique per caller and key.</summary>
public sealed class IdempotencyRecord
{
    public required string CallerId { get; init; }

    public required string IdempotencyKey { get; init; }

    public required string Operation { get; init; }

    public required byte[] BodyHash { get; init; }

    public int HttpStatus { get; init; }

    public required string Answer { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class IdempotencyMapping : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("idempotency_keys").HasKey(record => new { record.CallerId, record.IdempotencyKey });
        builder.Property(record => record.CallerId).HasMaxLength(40);
        builder.Property(record => record.IdempotencyKey).HasMaxLength(255);
        builder.Property(record => record.Operation).HasMaxLength(200);
        builder.Property(record => record.BodyHash).HasMaxLength(32);
    }
}
