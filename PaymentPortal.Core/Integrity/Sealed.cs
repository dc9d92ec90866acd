namespace PaymentPortal.Core.Integrity;

/// <summary>
/// An encrypted column: key id, nonce, tag and ciphertext in one value that only <see cref="FieldCipher"/> opens. MACs never cover it, so that
/// keys can be rotated without touching history.
/// </summary>
public readonly record struct Sealed(byte[] Bytes)
{
    public override string ToString() => "(sealed)";
}
