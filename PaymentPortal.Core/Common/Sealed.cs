namespace PaymentPortal.Core.Common;

/// <summary>
/// An encrypted column: key id, nonce, tag and ciphertext in one value that only the field cipher opens. MACs never cover it, so that
/// keys can be rotated without touching history.
/// </summary>
public readonly record struct Sealed(byte[] Bytes)
{
    public override string ToString() => "(sealed)";
}
