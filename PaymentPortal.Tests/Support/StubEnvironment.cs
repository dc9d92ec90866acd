using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace PaymentPortal.Tests.Support;

/// <summary>A host of a given kind, for what only asks which one it is.</summary>
internal sealed class StubEnvironment(string name) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;

    public string ApplicationName { get; set; } = "PaymentPortal";

    public string ContentRootPath { get; set; } = Path.GetTempPath();

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
