using System.Net;

namespace PaymentPortal;

/// <summary>
/// Outside Development plain HTTP is answered to this machine and the known proxies alone, which end TLS for everybody else. To others the only answer is this refusal:
/// a redirect would come after their password or key had gone over the wire, and they would never notice.
/// </summary>
internal static class PlainHttp
{
    private const string Refused = "This server speaks HTTPS. Nothing of the request was read; send it to the https address, and change what you sent in the clear.";

    /// <summary>Must come before forwarded headers are believed: it judges who really speaks.</summary>
    public static void UsePlainHttpRefusal(this WebApplication app, IReadOnlyList<string> knownProxies)
    {
        if (app.Environment.IsDevelopment()) return;
        var known = knownProxies.Select(IPAddress.Parse).ToHashSet();
        app.Use((context, next) =>
        {
            if (!IsRefused(context.Request.IsHttps, context.Connection.RemoteIpAddress, known)) return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync(Refused, context.RequestAborted);
        });
    }

    public static bool IsRefused(bool isHttps, IPAddress? remote, IReadOnlySet<IPAddress> known) =>
        // What comes from this very machine goes over no wire: the sandbox PSP, a probe.
        !isHttps && (remote is null || !(IPAddress.IsLoopback(remote) || known.Contains(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote)));
}
