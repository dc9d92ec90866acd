namespace PaymentPortal.Pages.Parts;

/// <summary>Answers 404 with the page's own words about what is missing, in place of the general page for it.</summary>
internal static class MissingPage
{
    /// <param name="context">Null once the page is live: an answer was given long ago.</param>
    public static void Say(HttpContext? context)
    {
        if (context is null || context.Response.HasStarted) return;
        // Set any earlier, the framework would drop what the page draws and look for a general page.
        context.Response.OnStarting(() =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
