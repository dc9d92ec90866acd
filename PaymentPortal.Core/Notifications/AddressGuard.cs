using System.Net;
using System.Net.Sockets;

namespace PaymentPortal.Core.Notifications;

/// <summary>
/// Which addresses a webhook may be sent to. An endpoint's address is chosen by others, so without this a request of ours could reach what only we can
/// reach: our own host, our network, the cloud's metadata.
/// </summary>
public static class AddressGuard
{
    // IANA's special-purpose registries (RFC 6890 and successors), save what only a private installation may open.
    private static readonly IPNetwork[] Never =
    [
        .. Networks("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        .. Networks("::/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fe80::/10", "fec0::/10", "ff00::/8"),
        .. Networks("fd00:ec2::254/128"),
    ];

    private static readonly IPNetwork[] Private =
        [.. Networks("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")];

    /// <summary>True when a connection may be opened. Link-local and metadata addresses stay closed even where private ones are allowed.</summary>
    public static bool Allows(IPAddress address, bool allowsPrivate)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)) return false;
        if (Never.Any(network => network.Contains(plain)) || IsCompatible(plain)) return false;
        return allowsPrivate || !Private.Any(network => network.Contains(plain));
    }

    /// <summary>::a.b.c.d, an abandoned way to write an IPv4 address; ::1 is not one.</summary>
    private static bool IsCompatible(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IPv6Loopback.Equals(address) && address.GetAddressBytes().AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0;

    private static IEnumerable<IPNetwork> Networks(params IReadOnlyList<string> ranges) => ranges.Select(IPNetwork.Parse);
}
