using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>/sandbox: the control API for people. Plain HTML and forms; every post ends in a redirect, so a reload repeats nothing.</summary>
public static class ConsolePages
{
    public static void MapSandboxConsole(this IEndpointRouteBuilder endpoints)
    {
        // The console has a door of its own: it must work where the portal's accounts don't.
        var pages = endpoints.MapGroup(ApiPaths.Console).ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
        pages.MapGet("", (HttpContext http, ConsoleView view) => view.ShowAsync(http));
        pages.MapGet("/console.css", () => Results.Text(ConsoleStyle.Sheet, "text/css"));
        pages.MapPost("/enter", EnterAsync);
        pages.MapPost("/leave", (HttpContext http, ConsoleView view) => view.ActAsync(http, _ =>
        {
            ConsoleDoor.Leave(http);
            return Task.FromResult("left");
        }));
        pages.MapPost("/drill", Act((form, services) => services.Faults.AddAsync(Drills.Of(form["drill"].ToString()))));
        pages.MapPost("/faults/add", Act((form, services) => services.Faults.AddAsync(FaultForm.Read(form))));
        pages.MapPost("/faults/remove", Act((form, services) => services.Faults.RemoveAsync(form["mark"].ToString())));
        pages.MapPost("/faults/clear", Act((_, services) => services.Faults.SetAsync(FaultSettings.None)));
        pages.MapPost("/faults/webhooks", Act((form, services) => services.Faults.ChangeAsync(now => now with { Webhooks = WebhookForm.Read(form) })));
        pages.MapPost("/faults/settlement", Act((form, services) => services.Faults.ChangeAsync(now => now with { Settlement = SettlementForm.Read(form) })));
        pages.MapPost("/clock", Act((form, services) => services.Clock.MoveAsync(FormValues.Whole(form, "seconds", "The number of seconds"))));
        pages.MapPost("/automatic-payout", Act((form, services) => services.Payouts.OrderAsync(form["currency"].ToString())));
        pages.MapGet("/objects/{id}", (HttpContext http, string id, ConsoleView view) => view.ShowObjectAsync(http, id));
    }

    private static async Task EnterAsync(HttpContext http, ConsoleView view, SandboxOptions options)
    {
        var form = await ConsoleView.FormAsync(http.Request);
        if (!ConsoleDoor.IsOurForm(http.Request) || !ConsoleDoor.Enter(http, options, form["key"].ToString()))
        {
            await view.RefuseEntryAsync(http);
            return;
        }

        ConsoleView.GoBack(http, "");
    }

    private static Delegate Act(Func<IFormCollection, ConsoleServices, Task> act) =>
        (HttpContext http, ConsoleView view, FaultBoard faults, SandboxClock clock, AutomaticPayouts payouts) => view.ActAsync(http, async form =>
        {
            await act(form, new ConsoleServices(faults, clock, payouts));
            return http.Request.Path.Value![(ApiPaths.Console.Length + 1)..].Replace('/', '-');
        });

    private sealed record ConsoleServices(FaultBoard Faults, SandboxClock Clock, AutomaticPayouts Payouts);
}
