using System.Text.Json;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Reports;
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
        control.MapPost("/automatic-payout", async (HttpRequest request, AutomaticPayouts payouts) =>
            Answer(await payouts.OrderAsync((await ReadAsync<PayoutOrder>(request)).Currency)));
        control.MapPost("/fee", TakeFeeAsync);
        control.MapGet("/planted", (SandboxStore store) => Answer(store.Read(ReportFile.Planted)));
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

    /// <summary>A fee of the PSP's own, as for its monthly bill: it belongs to no charge.</summary>
    private static async Task<IResult> TakeFeeAsync(HttpRequest request, SandboxStore store, SandboxUnits units)
    {
        var order = await ReadAsync<FeeOrder>(request);
        var currency = Currencies.Parse(order.Currency, "currency");
        if (order.Amount is < 1 or > Currencies.LargestAmount)
        {
            throw StripeError.Invalid($"amount is 1 to {Currencies.LargestAmount}", "amount");
        }

        return Answer(await store.WriteAsync(db =>
        {
            var unit = units.Of(db);
            var movement = new Movement("stripe_fee", "fee", -order.Amount, currency, null) { Description = order.Description, AvailableOn = unit.Now };
            return Documents.Published(BalanceTransactions.Book(unit, movement));
        }));
    }

    private sealed record PayoutOrder(string Currency);

    private sealed record FeeOrder(string Currency, long Amount, string Description = "Billing - Usage Fee");

    private sealed record ClockMove(long AdvanceSeconds);

    private sealed record ClockState(long Now);
}
