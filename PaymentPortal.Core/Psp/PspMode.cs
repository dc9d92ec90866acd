namespace PaymentPortal.Core.Psp;

/// <summary>Whether our API key moves real money. What the PSP says of the other mode is not about our money, however well it is signed.</summary>
public sealed record PspMode(bool IsLive)
{
    public static string Word(bool isLive) => isLive ? "live" : "test";
}
