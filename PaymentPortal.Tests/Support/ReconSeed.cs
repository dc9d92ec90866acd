using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>Settlement files with differences, for tests of pages. Each has movements of its own.</summary>
internal static class ReconSeed
{
    /// <summary>An accepted file with a row that our books know nothing of, told twice.</summary>
    public static async Task<SettlementFileId> AcceptedAsync(IServiceProvider services)
    {
        var row = SettlementRig.Row(Guid.NewGuid().ToString("N"));
        var file = await StageAsync(services, row, row);
        Assert.False((await services.GetRequiredService<SettlementDesk>().AcceptAsync(file, Actor.Program("test"), CancellationToken.None)).IsRefused);
        return file;
    }

    /// <summary>A file that waits, with a row that can't be read.</summary>
    public static Task<SettlementFileId> UnreadableAsync(IServiceProvider services) => StageAsync(services, SettlementRig.Row(Guid.NewGuid().ToString("N")), "a broken row, with a long text that goes on and on");

    public static async Task<Mismatch> MismatchAsync(IServiceProvider services) => (await services.GetRequiredService<ReconciliationQueries>()
        .MismatchesAsync(new MismatchFilter(Kind: MismatchKind.MissingOurs, FileId: (await AcceptedAsync(services)).Value), null, 10, CancellationToken.None)).Items.Single();

    /// <summary>The addresses of every page, each with something on it.</summary>
    public static async Task<IReadOnlyList<string>> PagesAsync(IServiceProvider services) =>
    [
        await OrderedAsync(services), await FeesAsync(services), $"/recon/mismatches/act?file={(await MismatchAsync(services)).FileId}",
        $"/recon/runs/{await AcceptedAsync(services)}", $"/recon/runs/{await UnreadableAsync(services)}", $"/recon/mismatches/{(await MismatchAsync(services)).MismatchId}", "/recon/mismatches",
    ];

    /// <summary>The list of files, with a report that was ordered.</summary>
    private static async Task<string> OrderedAsync(IServiceProvider services)
    {
        var file = await AcceptedAsync(services);
        await services.GetRequiredService<WriteLane>().RunAsync(
            unit => unit.Execute(
                "INSERT INTO report_orders (order_id, kind, period_from, period_to, round, file_id, created_at, done_at) VALUES ($1, 'Activity', $2, $3, 1, $1, $3, $3)",
                file.Value, unit.Now.AddDays(-2), unit.Now.AddDays(-1)),
            CancellationToken.None);
        return "/recon";
    }

    /// <summary>The month's report of fees, with terms that no payment kept to.</summary>
    private static async Task<string> FeesAsync(IServiceProvider services)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var set = await services.GetRequiredService<FeeTermDesk>().SetAsync(new NewFeeTerm("USD", "1.5", "0.10", DateOnly.FromDateTime(now.UtcDateTime.AddDays(-40)), "The contract of a test"), Actor.Program("test"), CancellationToken.None);
        Assert.False(set.IsRefused, set.Refusal?.Text);
        return "/recon/fees";
    }

    private static async Task<SettlementFileId> StageAsync(IServiceProvider services, params string[] rows)
    {
        var staged = await services.GetRequiredService<SettlementGate>()
            .StageAsync(new IncomingFile("settlement of a day.csv", SettlementOrigin.Upload, Actor.Program("test")), new MemoryStream(Encoding.UTF8.GetBytes(SettlementRig.File(rows))), CancellationToken.None);
        Assert.False(staged.IsRefused, staged.Refusal?.Text);
        return staged.Value;
    }
}
