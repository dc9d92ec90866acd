namespace PaymentPortal.Sandbox.Wire;

/// <summary>Finds the operation of a method and path. A literal segment wins over a placeholder, so /search is no id.</summary>
public sealed class ApiRoutes(IEnumerable<ApiRoute> routes)
{
    private readonly ILookup<(string, int), ApiRoute> _routes = routes
        .OrderBy(route => route.Segments.Count(IsPlaceholder))
        .ToLookup(route => (route.Method, route.Segments.Length));

    public ApiRoute? Find(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return _routes[(method, segments.Length)].FirstOrDefault(route => Fits(route.Segments, segments));
    }

    private static bool Fits(string[] template, string[] segments) =>
        template.Zip(segments).All(pair => IsPlaceholder(pair.First) || pair.First == pair.Second);

    private static bool IsPlaceholder(string segment) => segment[0] == '{';
}
