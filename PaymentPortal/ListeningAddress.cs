using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace PaymentPortal;

/// <summary>The first address that the server listens on, as a browser on this machine would type it; the configured one until it listens.</summary>
public sealed class ListeningAddress(PortalOptions options)
{
    private IServer? _server;

    public string Value => AsTyped(_server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? options.Urls[0]);

    internal void Attach(IServer server) => _server = server;

    internal static string AsTyped(string url) =>
        url.Replace("://+", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .TrimEnd('/');
}
