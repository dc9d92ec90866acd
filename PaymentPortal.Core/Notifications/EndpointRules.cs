using System.Net;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;

namespace PaymentPortal.Core.Notifications;

/// <summary>What somebody wants of an endpoint, as it was typed.</summary>
public sealed record EndpointRequest(string? Url, IReadOnlyList<string?>? Types, string? Description, bool? IsEnabled = null);

/// <summary>The same, checked.</summary>
public sealed record EndpointWish(string Url, string Types, string? Description, bool IsEnabled);

/// <summary>Checks an endpoint before it is stored. A name is looked up only when it is sent to, because what it resolves to may change at any time.</summary>
public static class EndpointRules
{
    public const string AllTypes = "*";

    internal const int MaxUrl = 2000;
    internal const int MaxDescription = 200;

    private const string Nothing = " Nothing was stored.";

    public static Result<EndpointWish> Check(EndpointRequest request, WebhookSettings settings)
    {
        if (CheckUrl(request.Url, settings) is { } wrongUrl) return wrongUrl;
        if (CheckTypes(request.Types) is { } wrongTypes) return wrongTypes;
        var description = string.IsNullOrWhiteSpace(request.Description) ? null : request.Description.Trim();
        if (description is { Length: > MaxDescription } || description?.Any(char.IsControl) == true)
            return Wrong("description", $"The description has at most {MaxDescription} characters and no control characters.");
        var types = request.Types!.Select(type => type!).Distinct(StringComparer.Ordinal).ToList();
        return new EndpointWish(new Uri(request.Url!).AbsoluteUri, types.Contains(AllTypes) ? AllTypes : string.Join(' ', types), description, request.IsEnabled ?? true);
    }

    private static Refusal? CheckUrl(string? text, WebhookSettings settings)
    {
        if (string.IsNullOrEmpty(text)) return Wrong("url", "The url is missing.");
        if (text.Length > MaxUrl || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return Wrong("url", $"The url is a whole https address of at most {MaxUrl} characters.");
        if (url.Scheme == "http" && !settings.AllowsPrivateAddresses) return Wrong("url", "The url must be https: what we send is signed, not secret, and would be read on the way.");
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0) return Wrong("url", "The url must hold no user name, password or fragment.");
        return IsOpen(url, settings) ? null : Wrong("url", "The url points into a private network, to this host or to an address that nobody owns, and nothing is sent there. Webhooks:AllowPrivateAddresses opens private networks and this host.");
    }

    private static bool IsOpen(Uri url, WebhookSettings settings)
    {
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address)) return AddressGuard.Allows(address, settings.AllowsPrivateAddresses);
        return settings.AllowsPrivateAddresses || !(url.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase) || url.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
    }

    private static Refusal? CheckTypes(IReadOnlyList<string?>? types)
    {
        if (types is null or []) return Wrong("types", "The types are one or more of the catalogue's, or \"*\" for all.");
        var unknown = types.FirstOrDefault(type => type != AllTypes && !EventCatalogue.ToChoose.Any(kind => kind.Type == type));
        return unknown is null && !types.Contains(null) ? null : Wrong("types", $"\"{(unknown?.Length > 60 ? unknown[..60] : unknown)}\" is no type of the catalogue. The types are {string.Join(", ", EventCatalogue.ToChoose.Select(kind => kind.Type))}, or \"*\" for all.");
    }

    private static Refusal Wrong(string field, string text) => new(RefusalCodes.Invalid, 422, text + Nothing, field);
}
