using System.Text.Json;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Control;

/// <summary>/sandbox/control: what a tester may do to the sandbox. Same key as the API; errors have the same envelope.</summary>
public static class ControlApi
{
    public static void MapSandboxControl(this IEndpointRouteBuilder endpoints)
    {
        var control = endpoints.MapGroup(ApiPaths.Control).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery().AddEndpointFilter(RequireKeyAsync);
        control.MapGet("/faults", (FaultBoard faults) => Answer(faults.Settings));
        control.MapPut("/faults", SetFaultsAsync);
        control.MapDelete("/faults", async (FaultBoard faults) =>
        {
            await faults.SetAsync(FaultSettings.None);
            return Answer(faults.Settings);
        });
        control.MapGet("/clock", (SandboxClock clock) => Answer(new ClockState(clock.Now.ToUnixTimeSeconds())));
        control.MapPut("/clock", MoveClockAsync);
        control.MapGet("/books", (SandboxStore store) => Answer(store.Read(SandboxBooks.Of)));
    }

    private static async ValueTask<object?> RequireKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var options = context.HttpContext.RequestServices.GetRequiredService<SandboxOptions>();
        try
        {
            Authentication.Check(context.HttpContext.Request, options.ApiKey);
            return await next(context);
        }
        catch (StripeError error)
        {
            return Refuse(error);
        }
    }

    private static async Task<IResult> SetFaultsAsync(HttpRequest request, FaultBoard faults)
    {
        var settings = await ReadAsync<FaultSettings>(request);
        if (settings.Complaint() is { } complaint)
        {
            throw StripeError.Invalid(complaint);
        }

        await faults.SetAsync(settings);
        return Answer(faults.Settings);
    }

    private static async Task<IResult> MoveClockAsync(HttpRequest request, SandboxClock clock)
    {
        var move = await ReadAsync<ClockMove>(request);
        await clock.MoveAsync(move.AdvanceSeconds);
        return Answer(new ClockState(clock.Now.ToUnixTimeSeconds()));
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, ControlJson.Options, request.HttpContext.RequestAborted)
                ?? throw StripeError.Invalid("The body is null.");
        }
        catch (JsonException error)
        {
            throw StripeError.Invalid($"Invalid JSON: {error.Message}");
        }
    }

    private static IResult Answer<T>(T value) => Results.Json(value, ControlJson.Options);

    private static IResult Refuse(StripeError error) => Results.Json(
        new { error = new { type = error.Type, message = error.Message, param = error.Param } }, ControlJson.Options, statusCode: error.Status);

    private sealed record ClockMove(long AdvanceSeconds);

    private sealed record ClockState(long Now);
}
