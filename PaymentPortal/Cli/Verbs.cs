using PaymentPortal.Cli.Bench;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli;

/// <summary>The command line: one verb a run, 'serve' when none is named. A refusal goes to standard error in one sentence, exit code 2.</summary>
public static class Verbs
{
    private static readonly HashSet<string> OwnOptions = ["name", "scopes", "owner", "email", "role", "format", "quiet-state", "seconds", "payments", "payouts", "count", "seed", "to", "from", "note", "id", "file", "reconcile", "retries", "verify"];

    private static readonly Dictionary<string, Func<Arguments, CancellationToken, Task<int>>> All = new(StringComparer.Ordinal)
    {
        ["serve"] = ServeAsync,
        ["migrate"] = MigrateAsync,
        ["verify"] = VerifyVerb.RunAsync,
        ["backup"] = BackupVerb.BackupAsync,
        ["restore"] = BackupVerb.RestoreAsync,
        ["export-ledger"] = ExportLedgerVerb.RunAsync,
        ["create-api-key"] = ControlVerbs.CallAsync,
        ["list-keys"] = ControlVerbs.CallAsync,
        ["rotate-keys"] = ControlVerbs.CallAsync,
        ["retire-key"] = ControlVerbs.CallAsync,
        ["create-user"] = ControlVerbs.CallAsync,
        ["reconcile"] = ControlVerbs.CallAsync,
        ["bench"] = BenchVerb.RunAsync,
        ["seed-demo"] = SeedDemoVerb.RunAsync,
    };

    public static async Task<int> RunAsync(string[] words, TextWriter errors)
    {
        try
        {
            var arguments = Arguments.Parse(words, OwnOptions);
            if (!All.TryGetValue(arguments.Verb, out var verb))
            {
                await errors.WriteLineAsync($"There is no verb '{arguments.Verb}'. The verbs are: {string.Join(' ', All.Keys)}.");
                return 2;
            }
            return await verb(arguments, CancellationToken.None);
        }
        catch (StartRefusedException refused)
        {
            await errors.WriteLineAsync(refused.Message);
            return 2;
        }
    }

    private static async Task<int> ServeAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var app = await PortalHost.BuildAsync(PortalHost.CreateBuilder(arguments.Settings), cancellationToken);
        await app.RunAsync(cancellationToken);
        return 0;
    }

    private static async Task<int> MigrateAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var builder = PortalHost.CreateBuilder(arguments.Settings);
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        using var store = await OpenStore.OpenAsync(options.DataDirectory, options.KeysDirectory, cancellationToken);
        await Terminal.Out.WriteLineAsync($"The schema of {store.Dialect.File} is up to date.");
        return 0;
    }
}
