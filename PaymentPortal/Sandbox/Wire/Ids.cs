using System.Security.Cryptography;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Ids shaped like the PSP's own: a prefix that tells the type, then letters and digits that tell nothing.</summary>
public static class Ids
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string prefix, int length = 24) => prefix + RandomNumberGenerator.GetString(Alphabet, length);
}
