using System.Security.Cryptography;

namespace PaymentPortal.Sandbox.Control;

/// <summary>Whether something of a given probability happens this time. 0 never does, 1 always does.</summary>
public static class Chance
{
    private const int Grain = 1_000_000;

    public static bool Strikes(double probability) => RandomNumberGenerator.GetInt32(Grain) < probability * Grain;
}
