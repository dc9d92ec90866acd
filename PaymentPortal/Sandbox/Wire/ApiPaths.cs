namespace PaymentPortal.Sandbox.Wire;

/// <summary>Where the sandbox stands in the process's address space.</summary>
public static class ApiPaths
{
    public const string Base = "/sandbox/psp";
    public const string Control = "/sandbox/control";
    public const string Console = "/sandbox";

    /// <summary>The path as the PSP would name it: without our base.</summary>
    public static string OfApi(HttpRequest request) => request.Path.Value![Base.Length..];

    /// <summary>Base of addresses that go to browsers and receivers.</summary>
    public static string PublicBase(HttpRequest request, SandboxOptions options) =>
        options.PublicBaseAddress?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}{request.PathBase}{Base}";
}
