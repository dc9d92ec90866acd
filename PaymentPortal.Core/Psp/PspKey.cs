using System.Globalization;

namespace PaymentPortal.Core.Psp;

/// <summary>The idempotency key of a POST, <c>{item}:{step}:{generation}</c>. It also stands in the object's metadata, so that ours can be told from others.</summary>
public static class PspKey
{
    public static string Of(string item, string step, int generation)
    {
        RefuseSeparator(item, nameof(item));
        RefuseSeparator(step, nameof(step));
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        return string.Create(CultureInfo.InvariantCulture, $"{item}:{step}:{generation}");
    }

    /// <summary>The item that a key names.</summary>
    public static string ItemOf(string key) => key.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? key[..end] : key;

    /// <summary>Two different triples must never share a key.</summary>
    private static void RefuseSeparator(string part, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(part, name);
        if (part.Contains(':', StringComparison.Ordinal)) throw new ArgumentException("Must not contain ':'.", name);
    }
}
