using Microsoft.AspNetCore.Http.HttpResults;

namespace PaymentPortal.Pages.Health;

/// <summary>For load balancers: live says that the process answers, ready that it can do its work. Neither tells a stranger more.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", Live).AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    private static Ok<HealthAnswer> Live() => TypedResults.Ok(new HealthAnswer("live", []));

    private static async Task<JsonHttpResult<HealthAnswer>> ReadyAsync(HealthReading reading, CancellationToken cancellationToken)
    {
        var down = (await reading.ReadForTrafficAsync(cancellationToken).ConfigureAwait(false)).Where(line => line.Result.Level == HealthLevel.Down).Select(line => line.Name).ToArray();
        return down.Length == 0
            ? TypedResults.Json(new HealthAnswer("ready", []))
            : TypedResults.Json(new HealthAnswer("not ready", down), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Down);
}
