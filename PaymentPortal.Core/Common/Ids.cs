using System.Diagnostics.CodeAnalysis;

namespace PaymentPortal.Core.Common;

/// <summary>
/// An id of one kind: a prefix of its own and a UUIDv7, so that ids sort by the time they were made and one kind cannot be taken for another.
/// </summary>
public interface IPrefixedId<TSelf>
    where TSelf : struct, IPrefixedId<TSelf>
{
    static abstract string Prefix { get; }

    static abstract TSelf Wrap(string value);
}

public readonly record struct CheckoutId(string Value) : IPrefixedId<CheckoutId>
{
    public static string Prefix => "chk_";

    public static CheckoutId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct PaymentOrderId(string Value) : IPrefixedId<PaymentOrderId>
{
    public static string Prefix => "ord_";

    public static PaymentOrderId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Also the nonce of the attempt: the id that we made and the PSP echoes in metadata.</summary>
public readonly record struct AttemptId(string Value) : IPrefixedId<AttemptId>
{
    public static string Prefix => "att_";

    public static AttemptId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A payout: money to a seller's bank, or our own to ours.</summary>
public readonly record struct PayoutId(string Value) : IPrefixedId<PayoutId>
{
    public static string Prefix => "out_";

    public static PayoutId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct JournalEntryId(string Value) : IPrefixedId<JournalEntryId>
{
    public static string Prefix => "jrn_";

    public static JournalEntryId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct PortalEventId(string Value) : IPrefixedId<PortalEventId>
{
    public static string Prefix => "pev_";

    public static PortalEventId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct NoteId(string Value) : IPrefixedId<NoteId>
{
    public static string Prefix => "not_";

    public static NoteId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct TaskId(string Value) : IPrefixedId<TaskId>
{
    public static string Prefix => "tsk_";

    public static TaskId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct DeadLetterId(string Value) : IPrefixedId<DeadLetterId>
{
    public static string Prefix => "dl_";

    public static DeadLetterId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A redrive: the bulk work that a person started.</summary>
public readonly record struct RedriveId(string Value) : IPrefixedId<RedriveId>
{
    public static string Prefix => "job_";

    public static RedriveId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct ApiKeyId(string Value) : IPrefixedId<ApiKeyId>
{
    public static string Prefix => "key_";

    public static ApiKeyId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A settlement file.</summary>
public readonly record struct SettlementFileId(string Value) : IPrefixedId<SettlementFileId>
{
    public static string Prefix => "stl_";

    public static SettlementFileId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A difference that reconciliation found.</summary>
public readonly record struct MismatchId(string Value) : IPrefixedId<MismatchId>
{
    public static string Prefix => "mm_";

    public static MismatchId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Entries of many mismatches that are asked for together.</summary>
public readonly record struct MismatchBatchId(string Value) : IPrefixedId<MismatchBatchId>
{
    public static string Prefix => "mmb_";

    public static MismatchBatchId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct ApprovalId(string Value) : IPrefixedId<ApprovalId>
{
    public static string Prefix => "apr_";

    public static ApprovalId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>An entry that a person proposes by hand.</summary>
public readonly record struct ManualEntryId(string Value) : IPrefixedId<ManualEntryId>
{
    public static string Prefix => "mje_";

    public static ManualEntryId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct UserId(string Value) : IPrefixedId<UserId>
{
    public static string Prefix => "usr_";

    public static UserId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct WebhookEndpointId(string Value) : IPrefixedId<WebhookEndpointId>
{
    public static string Prefix => "whe_";

    public static WebhookEndpointId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

public readonly record struct WebhookDeliveryId(string Value) : IPrefixedId<WebhookDeliveryId>
{
    public static string Prefix => "whd_";

    public static WebhookDeliveryId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Makes and reads prefixed ids.</summary>
public static class Ids
{
    private const int Length = 26;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new id; the time comes from <paramref name="time"/> so that a moved clock moves the order of ids with it.</summary>
    public static TId New<TId>(TimeProvider time)
        where TId : struct, IPrefixedId<TId> => New<TId>(time.GetUtcNow());

    /// <summary>A new id of something that happened at a given moment.</summary>
    public static TId New<TId>(DateTimeOffset moment)
        where TId : struct, IPrefixedId<TId> => TId.Wrap(TId.Prefix + Encode(Guid.CreateVersion7(moment)));

    /// <summary>The smallest id that can have been made at a moment: bounds a list by time without an index on time.</summary>
    public static string Floor<TId>(DateTimeOffset moment)
        where TId : struct, IPrefixedId<TId>
    {
        var milliseconds = (UInt128)(ulong)Math.Max(0, moment.ToUnixTimeMilliseconds());
        return TId.Prefix + Encode(milliseconds << 80);
    }

    public static bool TryParse<TId>(string? text, [NotNullWhen(true)] out TId id)
        where TId : struct, IPrefixedId<TId>
    {
        id = default;
        if (text is null || text.Length != TId.Prefix.Length + Length || !text.StartsWith(TId.Prefix, StringComparison.Ordinal)) return false;
        if (!text.AsSpan(TId.Prefix.Length).ToString().All(character => Alphabet.Contains(character, StringComparison.Ordinal))) return false;
        id = TId.Wrap(text);
        return true;
    }

    /// <summary>Whether the id was made before a moment. A name that is no id of ours has no moment, and counts as older.</summary>
    public static bool IsOlder(string id, DateTimeOffset moment)
    {
        var tail = id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return tail.Length != Length || tail.Any(character => !Alphabet.Contains(character, StringComparison.Ordinal))
            || string.CompareOrdinal(tail, Encode((UInt128)(ulong)Math.Max(0, moment.ToUnixTimeMilliseconds()) << 80)) < 0;
    }

    /// <summary>Crockford's base 32 keeps the byte order, is 26 characters and has no letters that a person reads wrongly.</summary>
    private static string Encode(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Encode(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private static string Encode(UInt128 number) =>
        string.Create(Length, number, static (span, rest) =>
        {
            for (var at = span.Length - 1; at >= 0; at--, rest >>= 5) span[at] = Alphabet[(int)(rest & 31)];
        });
}
