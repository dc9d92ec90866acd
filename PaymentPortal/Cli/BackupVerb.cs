using System.Globalization;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Cli;

/// <summary>Copies the data out, beside a server or without one, and puts such a copy into an empty data folder.</summary>
public static class BackupVerb
{
    public static async Task<int> BackupAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(arguments.Required("to"));
        var options = Options(arguments);
        var (dialect, keys) = await OpenStore.OpenReadOnlyAsync(options.DataDirectory, options.KeysDirectory, cancellationToken);
        var manifest = await new StoreBackup(dialect, keys, options.DataDirectory, VerifyVerb.Clock(options)).WriteAsync(folder, cancellationToken);
        await Terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{folder} holds the data as of {manifest.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {manifest.Files.Sum(file => file.Bytes):N0} bytes, under key {string.Join(", ", manifest.Keys)}."));
        await Terminal.Out.WriteLineAsync($"The keys are not in it. Keep a copy of {options.KeysDirectory} elsewhere: without them nobody can open it.");
        return 0;
    }

    public static async Task<int> RestoreAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Options(arguments);
        var note = await StoreRestore.RunAsync(Path.GetFullPath(arguments.Required("from")), options.DataDirectory, options.KeysDirectory, arguments.Required("note"), VerifyVerb.Clock(options), cancellationToken);
        await Terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{options.DataDirectory} goes on from {note.From.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. Run 'verify' now, then start the server."));
        await Terminal.Out.WriteLineAsync("Older steps ask the PSP before they send anything; what the PSP knows beyond this shows under Health (sessions) and as mismatches.");
        return 0;
    }

    private static PortalOptions Options(Arguments arguments)
    {
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        return PortalOptions.Read(builder.Configuration, builder.Environment);
    }
}
