using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>Draws the console from one snapshot and carries out its forms. A refused form is drawn again with the reason; nothing of it is kept.</summary>
public sealed class ConsoleView(SandboxStore store, SandboxOptions options, FaultBoard faults, SandboxClock clock, DueWork dueWork, ILogger<ConsoleView> logger)
{
    public async Task ShowAsync(HttpContext http)
    {
        if (!ConsoleDoor.IsOpen(http.Request, options))
        {
            await SendAsync(http, 200, EntryHtml.Page(options, isWrong: false));
            return;
        }

        await DrawAsync(http, 200, null, http.Request.Query["done"].ToString());
    }

    public Task RefuseEntryAsync(HttpContext http) => SendAsync(http, StatusCodes.Status401Unauthorized, EntryHtml.Page(options, isWrong: true));

    /// <summary>One object as the API would show it.</summary>
    public Task ShowObjectAsync(HttpContext http, string id)
    {
        if (!ConsoleDoor.IsOpen(http.Request, options))
        {
            return SendAsync(http, StatusCodes.Status401Unauthorized, EntryHtml.Page(options, isWrong: false));
        }

        var stored = store.Read(db => db.Text("SELECT json FROM objects WHERE id = @0", id));
        return stored is null
            ? SendAsync(http, StatusCodes.Status404NotFound, ObjectHtml.Missing())
            : SendAsync(http, 200, ObjectHtml.Page(id, Pretty(Documents.Parse(stored))));
    }

    /// <summary>Runs a form's act, which returns the name of its notice.</summary>
    public async Task ActAsync(HttpContext http, Func<IFormCollection, Task<string>> act)
    {
        if (!ConsoleDoor.IsOpen(http.Request, options) || !ConsoleDoor.IsOurForm(http.Request))
        {
            await SendAsync(http, StatusCodes.Status403Forbidden, EntryHtml.Page(options, isWrong: false));
            return;
        }

        string done;
        try
        {
            done = await act(await FormAsync(http.Request));
        }
        catch (StripeError error)
        {
            await DrawAsync(http, StatusCodes.Status422UnprocessableEntity, error.Message, "");
            return;
        }
        catch (Microsoft.Data.Sqlite.SqliteException error)
        {
            Log.PageFailed(logger, http.TraceIdentifier, error);
            await SendAsync(http, StatusCodes.Status503ServiceUnavailable, ObjectHtml.Notice("The sandbox can’t write to its file", "Nothing was changed. Is the disk full?"));
            return;
        }

        GoBack(http, done);
    }

    public static void GoBack(HttpContext http, string done)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = done.Length > 0 ? $"{ApiPaths.Console}?done={done}" : ApiPaths.Console;
    }

    /// <summary>A body that is no form is an empty one.</summary>
    public static async Task<IFormCollection> FormAsync(HttpRequest request)
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

    private async Task DrawAsync(HttpContext http, int status, string? problem, string done)
    {
        await dueWork.RunAsync();
        var seen = store.Read(db => new ConsoleState(
            faults.Settings, clock.Now, clock.IsMovable, SandboxBooks.Of(db), RecentRows.Deliveries(db), RecentRows.Objects(db)));
        await SendAsync(http, status, ConsoleHtml.Page(seen, problem, Notices.Of(done)));
    }

    private static string Pretty(JsonObject document) => ApiAnswer.Of(200, Documents.Published(document)).Body;

    private static Task SendAsync(HttpContext http, int status, string html)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(html, http.RequestAborted);
    }
}
