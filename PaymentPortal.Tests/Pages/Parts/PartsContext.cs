using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Pages;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Parts;

/// <summary>Renders a part with a clock that stands at 22 November 2026, 10:00 UTC.</summary>
public abstract class PartsContext : BunitContext
{
    protected PartsContext()
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddScoped<ViewerClock>();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    protected ManualTime Time { get; } = new();

    protected DateTimeOffset Now => Time.GetUtcNow();
}
