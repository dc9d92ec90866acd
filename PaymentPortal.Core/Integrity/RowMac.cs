using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Collects the fields of an immutable row, each with its length in front: without lengths ("ab","c") and ("a","bc") would have one MAC.
/// </summary>
public sealed class RowMac
{
    public const int Length = 32;

    private readonly MemoryStream _fields = new(256);

    public RowMac Add(string? text)
    {
        if (text is null) return Write([], -1);
        return Add(Encoding.UTF8.GetBytes(text));
    }

    public RowMac Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return Add(bytes);
    }

    public RowMac Add(long? number) => number is { } value ? Add(value) : Write([], -1);

    public RowMac Add(ReadOnlySpan<byte> bytes) => Write(bytes, bytes.Length);

    /// <summary>HMAC-SHA256 over all fields under the given key.</summary>
    public byte[] Compute(MasterKey key) => HMACSHA256.HashData(key.Authentication, _fields.GetBuffer().AsSpan(0, (int)_fields.Length));

    private RowMac Write(ReadOnlySpan<byte> bytes, int length)
    {
        Span<byte> prefix = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);
        _fields.Write(prefix);
        _fields.Write(bytes);
        return this;
    }
}
