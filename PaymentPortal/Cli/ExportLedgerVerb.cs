using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli;

/// <summary>Writes the whole journal to standard output, out of one snapshot, beside a server or without one.</summary>
public static class ExportLedgerVerb
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<LedgerFormat>(arguments.Required("format"), ignoreCase: true, out var format))
            throw new StartRefusedException("The verb export-ledger needs --format hledger or --format csv.");
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        var (dialect, _) = await OpenStore.OpenReadOnlyAsync(options.DataDirectory, options.KeysDirectory, cancellationToken);
        await new LedgerExport(dialect).WriteAsync(format, Terminal.Out, cancellationToken);
        return 0;
    }
}
