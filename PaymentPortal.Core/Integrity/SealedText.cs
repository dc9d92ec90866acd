using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// A text as it is sealed: UTF-8, and long ones squeezed, because the PSP's bodies are most of what is stored and shrink to a quarter. First byte 0:
/// plain; 1: Brotli, after four bytes (big endian) with the length of the text's bytes.
/// </summary>
internal static class SealedText
{
    private const byte Plain = 0;
    private const byte Squeezed = 1;
    private const int LengthBytes = 4;

    /// <summary>Below it a dictionary has nothing to repeat.</summary>
    private const int WorthSqueezing = 512;

    /// <summary>The quickest there is: a better one gains a tenth and takes many times as long.</summary>
    private const int Quality = 1;
    private const int Window = 16;

    public static byte[] Pack(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length >= WorthSqueezing && TrySqueeze(bytes) is { } squeezed) return squeezed;
        var packed = new byte[1 + bytes.Length];
        packed[0] = Plain;
        bytes.CopyTo(packed, 1);
        return packed;
    }

    public static string Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed[0] == Plain) return Encoding.UTF8.GetString(packed[1..]);
        var text = new byte[BinaryPrimitives.ReadInt32BigEndian(packed[1..])];
        if (!BrotliDecoder.TryDecompress(packed[(1 + LengthBytes)..], text, out var length) || length != text.Length)
            throw new SealBrokenException("A sealed value opens, but what is in it does not unpack.");
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Null when it would not get shorter.</summary>
    private static byte[]? TrySqueeze(byte[] bytes)
    {
        var packed = new byte[bytes.Length];
        packed[0] = Squeezed;
        BinaryPrimitives.WriteInt32BigEndian(packed.AsSpan(1), bytes.Length);
        return BrotliEncoder.TryCompress(bytes, packed.AsSpan(1 + LengthBytes), out var written, Quality, Window) ? packed[..(1 + LengthBytes + written)] : null;
    }
}
