using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Tests.Psp;

/// <summary>Where a report's file is fetched from: our key goes to the PSP and to nobody else, whatever an answer or a redirect says.</summary>
public sealed class ReportFileTests : IAsyncLifetime
{
    private WebApplication _psp = null!;
    private WebApplication _stranger = null!;
    private int _asked;

    public async Task InitializeAsync()
    {
        _stranger = await ServeAsync(_ => Interlocked.Increment(ref _asked));
        _psp = await ServeAsync(context =>
        {
            if (context.Request.Path == "/moved") context.Response.Redirect(Of(_stranger, "/file.csv").ToString());
        });
    }

    public async Task DisposeAsync()
    {
        await _psp.DisposeAsync();
        await _stranger.DisposeAsync();
    }

    [Fact]
    public async Task File_OfThePsp_IsFetched() => Assert.NotNull((await OpenAsync(Of(_psp, "/file.csv"))).Content);

    [Theory]
    [InlineData("/file.csv", "stranger", "names no file at the PSP")]
    [InlineData("/moved", "psp", "answered 302")]
    [InlineData("//files.stripe.com.evil.example/file.csv", null, "names no file at the PSP")]
    [InlineData("//files.stripe.com:8443/file.csv", null, "names no file at the PSP")]
    [InlineData("//files.stripe.com@evil.example/file.csv", null, "names no file at the PSP")]
    public async Task File_ElsewhereOrMovedAway_IsNotAskedFor(string path, string? host, string why)
    {
        var url = host switch { "stranger" => Of(_stranger, path), "psp" => Of(_psp, path), _ => new Uri("https:" + path) };

        var answer = await OpenAsync(url);

        Assert.Null(answer.Content);
        Assert.Contains(why, answer.Fault, StringComparison.Ordinal);
        Assert.Equal(0, Volatile.Read(ref _asked));
    }

    private async Task<PspDownload> OpenAsync(Uri url)
    {
        using var line = new PspLine(Of(_psp, "/").ToString());
        using var reports = new StripeReports(line.Client, new StripeOptions { BaseAddress = Of(_psp, "/"), ApiKey = "sk_test_secret" });
        return await reports.OpenAsync(new PspReport("frr_1", "payouts.itemized.1", null, null, PspReportStatus.Succeeded, url, null, null), CancellationToken.None);
    }

    private static Uri Of(WebApplication app, string path) => new(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), path);

    private static async Task<WebApplication> ServeAsync(Action<HttpContext> onRequest)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            onRequest(context);
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}
