using PaymentPortal.Cli.Bench;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli;

/// <summary>The command line: one verb a run, 'serve' when none is named. A refusal goes to standard error in one sentence, exit code 2.</summary>
public static class Verbs
{
    private static readonly Dictionary<string, Verb> All = new(StringComparer.Ordinal)
    {
        ["serve"] = new(ServeAsync, "the server (when no verb is named)"),
        ["migrate"] = new(MigrateAsync, "brings the schema up to date"),
        ["verify"] = new(VerifyVerb.RunAsync, "every invariant and chain, a line each; exit code 1 when one is broken", "quiet-state"),
        ["backup"] = new(BackupVerb.BackupAsync, "a copy of the data, without the keys", "to"),
        ["restore"] = new(BackupVerb.RestoreAsync, "puts such a copy into an empty data folder", "from", "note"),
        ["export-ledger"] = new(ExportLedgerVerb.RunAsync, "the journal on standard output, as csv or hledger", "format"),
        ["create-api-key"] = new(ControlVerbs.CallAsync, "prints a new key", "name", "scopes", "owner"),
        ["list-keys"] = new(ControlVerbs.CallAsync, "the encryption keys, and how many values each seals"),
        ["rotate-keys"] = new(ControlVerbs.CallAsync, "a new encryption key, which writes from now on"),
        ["retire-key"] = new(ControlVerbs.CallAsync, "an end to an encryption key that seals nothing any more", "id"),
        ["create-user"] = new(ControlVerbs.CallAsync, "a member of staff; the password on standard input", "email", "role"),
        ["reconcile"] = new(ControlVerbs.CallAsync, "reads the PSP's settlement file in", "file"),
        ["bench"] = new(BenchVerb.RunAsync, "speed on this machine, in a temporary folder", "seconds", "payments", "payouts", "reconcile", "retries", "verify"),
        ["seed-demo"] = new(SeedDemoVerb.RunAsync, "a lively set of payments through the real flow", "count", "seed"),
    };

    public static async Task<int> RunAsync(string[] words, TextWriter output, TextWriter errors)
    {
        try
        {
            if (words is ["help" or "--help" or "-h", ..] or [_, "--help" or "-h"])
            {
                foreach (var (name, one) in All) await output.WriteLineAsync($"{string.Join(' ', one.Options.Select(option => "--" + option).Prepend(name)),-74} {one.Does}");
                return 0;
            }
            if (!All.TryGetValue(Arguments.VerbOf(words), out var verb))
            {
                await errors.WriteLineAsync($"There is no verb '{words[0]}'. The verbs are: {string.Join(' ', All.Keys)}.");
                return 2;
            }
            return await verb.RunAsync(Arguments.Parse(words, verb.Options), CancellationToken.None);
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

    private sealed record Verb(Func<Arguments, CancellationToken, Task<int>> RunAsync, string Does, params string[] Options);
}
