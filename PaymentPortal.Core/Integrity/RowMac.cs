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

    private const int Prefix = sizeof(int);
    private const int Nothing = -1;
    private byte[] _fields = new byte[1024];
    private int _length;

    public RowMac Add(string? text)
    {
        if (text is null) return AddNothing();
        var room = Room(Prefix + Encoding.UTF8.GetMaxByteCount(text.Length));
        var bytes = Encoding.UTF8.GetBytes(text, room[Prefix..]);
        return Take(room, bytes, bytes);
    }

    public RowMac Add(long number)
    {
        var room = Room(Prefix + sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(room[Prefix..], number);
        return Take(room, sizeof(long), sizeof(long));
    }

    public RowMac Add(long? number) => number is { } value ? Add(value) : AddNothing();

    public RowMac Add(ReadOnlySpan<byte> bytes)
    {
        var room = Room(Prefix + bytes.Length);
        bytes.CopyTo(room[Prefix..]);
        return Take(room, bytes.Length, bytes.Length);
    }

    /// <summary>HMAC-SHA256 over all fields under the given key.</summary>
    public byte[] Compute(MasterKey key) => HMACSHA256.HashData(key.Authentication, _fields.AsSpan(0, _length));

    private RowMac AddNothing() => Take(Room(Prefix), 0, Nothing);

    private Span<byte> Room(int size)
    {
        if (_fields.Length - _length < size) Array.Resize(ref _fields, Math.Max(_fields.Length * 2, _length + size));
        return _fields.AsSpan(_length);
    }

    private RowMac Take(Span<byte> room, int bytes, int prefix)
    {
        BinaryPrimitives.WriteInt32BigEndian(room, prefix);
        _length += Prefix + bytes;
        return this;
    }
}
