namespace PaymentPortal.Checkout;

/// <summary>303: whatever was sent, the browser GETs what comes next, so that reload and Back repeat no POST.</summary>
internal sealed record SeeOther(string Location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = Location;
        return Task.CompletedTask;
    }
}
