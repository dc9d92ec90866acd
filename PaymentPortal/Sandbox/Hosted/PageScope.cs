using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>Runs the pages' work and sends what it decided, with headers that leave no room for a script or a cached card page.</summary>
public sealed class PageScope(SandboxStore store, SandboxOptions options, TimeProvider clock, FaultBoard faults, DueWork dueWork)
{
    public async Task<PageAnswer> ReadAsync(HttpContext http, Func<SandboxUnit, PageAnswer> work)
    {
        await dueWork.RunAsync();
        return store.Read(db => work(Unit(http, db)));
    }

    public async Task<PageAnswer> WriteAsync(HttpContext http, Func<SandboxUnit, PageAnswer> work)
    {
        await dueWork.RunAsync();
        return await store.WriteAsync(db => work(Unit(http, db)));
    }

    public Task AnswerAsync(HttpContext http, PageAnswer answer)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        if (answer.GoTo is { } address)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            headers.Location = address;
            return Task.CompletedTask;
        }

        // Browsers hold a form's redirects to form-action too, so the address that paying leads to must be in it.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; form-action 'self'{Origin(answer.LeavesTo)}; base-uri 'none'; frame-ancestors 'none'";
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(answer.Html!);
    }

    private static string Origin(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? $" {uri.GetLeftPart(UriPartial.Authority)}" : "";

    private SandboxUnit Unit(HttpContext http, SandboxDb db) => new(db, clock.GetUtcNow(), options)
    {
        BaseAddress = ApiPaths.PublicBase(http.Request, options), WebhookDelay = faults.WebhookDelay,
    };
}
