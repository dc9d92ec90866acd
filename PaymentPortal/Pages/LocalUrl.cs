namespace PaymentPortal.Pages;

/// <summary>Where a form may send a person afterwards: only to a path of this site, so that no link can use us to lead somewhere else.</summary>
public static class LocalUrl
{
    public static string Or(string? url, string otherwise) => IsLocal(url) ? url! : otherwise;

    private static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(character => char.IsControl(character) || character == '\\');
}
