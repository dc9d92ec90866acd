using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>Runs the pages' work and sends what it decided, with headers that leave no room for a script or a cached card page.</summary>
public sealed class PageScope(
    SandboxStore store, SandboxOptions options, TimeProvider clock, FaultBoard faults, DueWork dueWork, ILogger<PageScope> logger)
{
    public Task ReadAsync(HttpContext http, Func<SandboxUnit, PageAnswer> work) =>
        AnswerAsync(http, () => Task.FromResult(store.Read(db => work(Unit(http, db)))));

    public Task WriteAsync(HttpContext http, Func<SandboxUnit, IFormCollection, PageAnswer> work) => AnswerAsync(http, async () =>
    {
        var form = await FormAsync(http.Request);
        return await store.WriteAsync(db => work(Unit(http, db), form));
    });

    private async Task AnswerAsync(HttpContext http, Func<Task<PageAnswer>> work)
    {
        PageAnswer answer;
        try
        {
            await dueWork.RunAsync();
            answer = await work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.PageFailed(logger, http.TraceIdentifier, error);
            answer = PageAnswer.Show(
                HostedHtml.Notice("Something went wrong", "We can't say yet whether you were charged. Go back to the shop, which will know."),
                status: StatusCodes.Status500InternalServerError);
        }

        await SendAsync(http, answer);
    }

    /// <summary>A body that is no form is an empty one, and then every field is missing.</summary>
    private static async Task<IFormCollection> FormAsync(HttpRequest request)
    {
        try
        {
            return request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : FormCollection.Empty;
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }

    private static Task SendAsync(HttpContext http, PageAnswer answer)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        if (answer.GoTo is { } address)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;

            // The shop may have sent letters that a header cannot carry.
            headers.Location = Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.AbsoluteUri : address;
            return Task.CompletedTask;
        }

        // Browsers hold a form's redirects to form-action too, so the address that paying leads to must be in it.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; form-action 'self'{Origin(answer.LeavesTo)}; base-uri 'none'; frame-ancestors 'none'";
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(answer.Html!, http.RequestAborted);
    }

    private static string Origin(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? $" {uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
        : "";

    private SandboxUnit Unit(HttpContext http, SandboxDb db) => new(db, clock.GetUtcNow(), options)
    {
        BaseAddress = ApiPaths.PublicBase(http.Request, options), WebhookDelay = faults.WebhookDelay,
    };
}
