namespace PaymentPortal.Pages;

/// <summary>Whether this installation plays with test money; every page says so, because a test page taken for the real one costs money.</summary>
public sealed class PortalSetting(IConfiguration configuration, IHostEnvironment environment)
{
    public bool IsDevelopment { get; } = environment.IsDevelopment();

    public bool IsTest { get; } = configuration.GetValue<bool?>("Sandbox:Enabled") ?? environment.IsDevelopment();
}
