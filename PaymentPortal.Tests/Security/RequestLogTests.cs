using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>What people look for stands in addresses, and addresses of requests are not logged: the log is kept longer and read by more people than the pages are.</summary>
[Collection(EngineCollection.Name)]
public sealed class RequestLogTests(EngineHost engine)
{
    [Theory]
    [InlineData("/payments?q={0}@example.com")]
    [InlineData("/go?q={0}%40example.com")]
    [InlineData("/api/v1/checkouts?reference={0}")]
    public async Task Search_ForAPerson_LeavesNoTraceInTheLog(string address)
    {
        var mark = "zora" + Guid.NewGuid().ToString("N");
        using var visitor = new PortalClient(new Uri(engine.Address));

        var answer = await visitor.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, mark));

        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.Status);
        await using var log = new FileStream(engine.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(log);
        var text = await reader.ReadToEndAsync();
        Assert.Contains("Now listening on", text, StringComparison.Ordinal);
        Assert.DoesNotContain(mark, text, StringComparison.Ordinal);
    }

    /// <summary>What a verb prints is its answer, which other programs read.</summary>
    [Theory]
    [InlineData("PaymentPortal.Security.SetupLink")]
    [InlineData("Microsoft.AspNetCore.DataProtection")]
    [InlineData("Quartz")]
    public void Verb_ThatLogsErrorsOnly_KeepsEveryPartQuiet(string part)
    {
        var builder = PortalHost.CreateBuilder([]);

        PortalHost.LogOnly(builder, LogLevel.Error);

        using var services = builder.Services.BuildServiceProvider();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(part);
        Assert.Equal((false, true), (log.IsEnabled(LogLevel.Warning), log.IsEnabled(LogLevel.Error)));
    }
}
