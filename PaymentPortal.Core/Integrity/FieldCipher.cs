using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>A sealed value that does not open: a missing key, a changed byte, or a value moved to another row or column.</summary>
public sealed class SealBrokenException(string message) : Exception(message);

/// <summary>
/// Seals and opens single columns with AES-256-GCM. Table, row and column are authenticated with the value, so a ciphertext moved to another
/// place does not open there. Layout: 8 bytes key id (ASCII), 12 nonce, 16 tag, ciphertext of <see cref="SealedText"/>.
/// </summary>
public sealed class FieldCipher(KeyRing keys)
{
    private const int IdLength = 8;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = IdLength + NonceLength + TagLength;

    public Sealed Seal(string table, string id, string column, string text)
    {
        var plain = SealedText.Pack(text);
        var bytes = new byte[HeaderLength + plain.Length];
        var key = keys.Active;
        Encoding.ASCII.GetBytes(key.Id, bytes);
        RandomNumberGenerator.Fill(bytes.AsSpan(IdLength, NonceLength));
        using var aes = new AesGcm(key.Encryption, TagLength);
        aes.Encrypt(bytes.AsSpan(IdLength, NonceLength), plain, bytes.AsSpan(HeaderLength), bytes.AsSpan(IdLength + NonceLength, TagLength), Place(table, id, column));
        return new Sealed(bytes);
    }

    public string Open(string table, string id, string column, Sealed value) => SealedText.Unpack(Decrypt(table, id, column, value));

    /// <summary>Why a value does not open where it stands; null when it does.</summary>
    internal string? WhyNot(string table, string id, string column, Sealed value)
    {
        try
        {
            Decrypt(table, id, column, value);
            return null;
        }
        catch (SealBrokenException broken)
        {
            return broken.Message;
        }
    }

    private byte[] Decrypt(string table, string id, string column, Sealed value)
    {
        var bytes = value.Bytes;
        if (bytes.Length < HeaderLength) throw new SealBrokenException($"{table}.{column} of {id} is too short to be a sealed value.");
        var keyId = Encoding.ASCII.GetString(bytes, 0, IdLength);
        if (!keys.TryGet(keyId, out var key)) throw new SealBrokenException($"{table}.{column} of {id} was sealed with key {keyId}, which is not in the key ring.");
        if (key.IsRetired) throw new SealBrokenException($"{table}.{column} of {id} is sealed with key {keyId}, which is retired.");
        var plain = new byte[bytes.Length - HeaderLength];
        using var aes = new AesGcm(key.Encryption, TagLength);
        try
        {
            aes.Decrypt(bytes.AsSpan(IdLength, NonceLength), bytes.AsSpan(HeaderLength), bytes.AsSpan(IdLength + NonceLength, TagLength), plain, Place(table, id, column));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException($"{table}.{column} of {id} was changed or comes from another row (key {keyId}).");
        }
        return plain;
    }

    /// <summary>The value under which a sealed text can be found again: equal texts give equal indexes, and nothing else can be learnt from it.</summary>
    public byte[] BlindIndex(string purpose, string text)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.Index.BlindIndex);
        hash.AppendData(Encoding.UTF8.GetBytes(purpose));
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(text.Trim().ToLowerInvariant()));
        return hash.GetHashAndReset()[..16];
    }

    private static byte[] Place(string table, string id, string column) => Encoding.UTF8.GetBytes($"{table}\0{id}\0{column}");
}
