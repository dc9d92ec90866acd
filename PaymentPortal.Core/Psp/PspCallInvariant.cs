using System.Data.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Psp;

/// <summary>Reads the key rule back from the stored calls: no generation without proof that the one before it did nothing.</summary>
public sealed class PspCallInvariant : IInvariant
{
    public string Code => "psp-01";

    public string Rule => "A PSP call gets a new key only after its last key was proved to have done nothing.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = """
            SELECT later.psp_key FROM psp_calls later
            LEFT JOIN psp_calls earlier ON earlier.item = later.item AND earlier.step = later.step AND earlier.generation = later.generation - 1
            WHERE later.generation > 1 AND (earlier.effect_proved IS NULL OR earlier.effect_proved <> 'Nothing')
            ORDER BY later.psp_key LIMIT 100
            """;
        var violations = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) violations.Add($"{reader.GetString(0)} was used without proof that its forerunner did nothing");
        return violations.Count == 0 ? InvariantReport.Green : new InvariantReport(violations);
    }
}
