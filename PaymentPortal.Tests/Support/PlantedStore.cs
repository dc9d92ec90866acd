using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Tests.Support;

/// <summary>Honest data in memory. Each corruption of it is judged and then rolled back, so every case starts from the same rows.</summary>
internal sealed class PlantedStore : IAsyncDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");
    private readonly IReadOnlyList<IInvariant> _invariants;

    private PlantedStore(IReadOnlyList<IInvariant> invariants) => _invariants = invariants;

    public static async Task<PlantedStore> CopyAsync(string file, IReadOnlyList<IInvariant> invariants)
    {
        var store = new PlantedStore(invariants);
        await store._connection.OpenAsync();
        await using var source = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
        await source.OpenAsync();
        source.BackupDatabase(store._connection);
        await store.ExecuteAsync("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;");
        return store;
    }

    /// <summary>The invariants that break after the SQL ran past every rule of the database, with what they name.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BrokenAfterAsync(string sql)
    {
        await ExecuteAsync("BEGIN");
        try
        {
            if (sql.Length > 0) Assert.True(await ExecuteAsync(sql) > 0, "The corruption met no row.");
            var broken = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var invariant in _invariants)
            {
                var report = await CheckAsync(invariant);
                if (report.Violations.Count > 0) broken[invariant.Code] = report.Violations;
            }
            return broken;
        }
        finally
        {
            await ExecuteAsync("ROLLBACK");
        }
    }

    public Task<InvariantReport> CheckAsync(IInvariant invariant) => invariant.CheckAsync(_connection, CancellationToken.None);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }
}
