using System.Security.Cryptography;

namespace PaymentPortal.Core.Common;

/// <summary>Chance, handed in wherever it plays a part: a number from 0 to below <paramref name="below"/>, which is above 0. Tests throw their own.</summary>
public delegate long Dice(long below);

/// <summary>Draws a part of a span of time, with its ends.</summary>
public static class DiceThrows
{
    public static Dice Fair { get; } = below => (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) % (ulong)below);

    public static TimeSpan UpTo(this Dice dice, TimeSpan most) => most <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(dice(most.Ticks + 1));
}
