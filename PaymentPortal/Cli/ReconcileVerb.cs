using System.Globalization;
using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;

namespace PaymentPortal.Cli;

/// <summary>reconcile --file F: brings a settlement file in, accepts it when every row can be read, and tells what differs.</summary>
internal static class ReconcileVerb
{
    private static readonly Actor By = Actor.Program("reconcile");

    public static async Task<ControlAnswer> RunAsync(IServiceProvider services, ControlRequest request, CancellationToken cancellationToken)
    {
        if (request.Find("file") is not { } path) return new ControlAnswer(false, "reconcile needs --file, the PSP's itemised report as CSV.");
        if (!File.Exists(path)) return new ControlAnswer(false, $"There is no file {path}.");
        await using var content = File.OpenRead(path);
        var staged = await services.GetRequiredService<SettlementGate>().StageAsync(new IncomingFile(Path.GetFileName(path), SettlementOrigin.Verb, By), content, cancellationToken);
        if (staged.IsRefused) return new ControlAnswer(false, staged.Refusal!.Text);
        var accepted = await services.GetRequiredService<SettlementDesk>().AcceptAsync(staged.Value, By, cancellationToken);
        var file = (await services.GetRequiredService<ReconciliationQueries>().FindFileAsync(staged.Value, cancellationToken))!;
        return new ControlAnswer(!accepted.IsRefused, Describe(file, accepted.Refusal));
    }

    private static string Describe(FileDetails file, Refusal? refused)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{file.File.FileId}: {file.File.Rows} rows, {file.File.KnownRows} known before, {file.File.Unreadable} unreadable");
        foreach (var total in file.Totals)
        {
            var currency = Currency.Of(total.Currency);
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{currency}: gross {new Money(total.Gross, currency)}, fee {new Money(total.Fee, currency)}, net {new Money(total.Net, currency)} in {total.Rows} rows");
        }
        foreach (var row in file.Unreadable) text.AppendLine().Append(CultureInfo.InvariantCulture, $"line {row.Line}: {row.Why}: {row.Raw}");
        if (refused is not null) return text.AppendLine().Append(refused.Text).ToString();
        foreach (var (bucket, count) in file.Buckets.OrderBy(one => one.Key)) text.AppendLine().Append(CultureInfo.InvariantCulture, $"{bucket}: {count}");
        foreach (var (kind, count) in file.Mismatches.OrderBy(one => one.Key)) text.AppendLine().Append(CultureInfo.InvariantCulture, $"mismatch {kind}: {count}");
        return text.ToString();
    }
}
