using System.Globalization;
using PaymentPortal.Core;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Sandbox;
using PaymentPortal.Sandbox.Control;

namespace PaymentPortal.Cli;

/// <summary>
/// Every invariant and chain on one read-only snapshot, a line each; runs beside a server or without one. Exit code 1 when one is broken. What
/// needs a quiet state or the PSP is "not checked", with the reason, when that was not there.
/// </summary>
public static class VerifyVerb
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        var (dialect, keys) = await OpenStore.OpenReadOnlyAsync(options.DataDirectory, options.KeysDirectory, cancellationToken);
        var scope = new VerifyScope(arguments.Find("quiet-state") is not null);
        // Of the engine only the readers are asked for: nothing here opens a lane, and the PSP is asked for its balance alone.
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(scope)
            .AddSingleton(Clock(options))
            .AddPaymentCore(dialect, keys, options.DataDirectory, new PaymentSettings { PublicBaseAddress = () => options.PublicBaseAddress ?? options.Urls[0] }, SandboxSetUp.For(options).Psp)
            .BuildServiceProvider();
        var report = await services.GetRequiredService<InvariantRunner>().RunAsync(Print, cancellationToken);
        if (await RestoreNote.FindAsync(dialect, cancellationToken) is { } note)
            await Terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Restored on {note.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC; goes on from the backup of {note.From.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {note.Why}"));
        await Terminal.Out.WriteLineAsync(report.IsSound ? Sentence(report) : "THE BOOKS ARE BROKEN: see the lines above.");
        return report.IsSound ? 0 : 1;
    }

    /// <summary>The clock that the data was written by: in Development the sandbox's control may have moved it.</summary>
    internal static TimeProvider Clock(PortalOptions options)
    {
        var clock = new MovableTimeProvider();
        if (options is { IsSandboxEnabled: true, IsDevelopment: true }) clock.Advance(SandboxClock.StoredOffset(SandboxSetUp.DataFile(options)));
        return clock;
    }

    private static string Sentence(IntegrityReport report)
    {
        var skipped = report.Lines.Count(line => line.State == InvariantState.NotChecked);
        return string.Create(CultureInfo.InvariantCulture, $"The books are sound: {report.Lines.Count - skipped} checks in {report.Took.TotalSeconds:0.0} s{(skipped > 0 ? $", {skipped} not checked" : "")}.");
    }

    private static void Print(InvariantLine line)
    {
        var word = line.State switch
        {
            InvariantState.Holds => "holds      ",
            InvariantState.Broken => "BROKEN     ",
            InvariantState.NotChecked => "not checked",
        };
        Terminal.Out.WriteLine($"{word}  {line.Code,-14}  {line.Rule}");
        foreach (var finding in line.Findings) Terminal.Out.WriteLine($"             {finding}");
    }
}
