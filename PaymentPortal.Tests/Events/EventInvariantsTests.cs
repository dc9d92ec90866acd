using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Events;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Events;

/// <summary>Each planted damage of the log and its readers is named.</summary>
public sealed class EventInvariantsTests
{
    [Theory]
    [InlineData("events-01", "UPDATE outbox SET position = 9 WHERE position = 3")]
    [InlineData("events-01", "DELETE FROM outbox WHERE position = 1")]
    [InlineData("events-01", "UPDATE outbox SET published_at = NULL WHERE position = 2")]
    [InlineData("events-01", "UPDATE outbox SET position = CASE position WHEN 1 THEN 4 ELSE 1 END WHERE position IN (1, 4)")]
    [InlineData("events-02", "UPDATE event_consumers SET position = 99")]
    [InlineData("events-02", "UPDATE event_consumers SET position = 1 WHERE consumer = 'sick'")]
    [InlineData("events-02", "UPDATE event_parked SET aggregate_id = 'b'")]
    [InlineData("events-02", "DELETE FROM event_parked WHERE position = 4")]
    [InlineData("events-03", "DELETE FROM retry_tasks")]
    [InlineData("events-03", "UPDATE retry_tasks SET subject_id = 'sick:4'")]
    [InlineData("events-03", "DELETE FROM event_parked")]
    public async Task Damage_OfTheLog_IsFound(string code, string damage)
    {
        var sick = new NotingConsumer("sick") { Fails = fact => fact is { AggregateId: "a", Version: 2 } };
        await using var log = await FactLog.StartAsync(sick);
        foreach (var aggregate in new[] { "a", "b", "a", "a" }) await log.AddAsync(aggregate);
        await log.RunAsync();
        Assert.Empty(await FindAsync(log.Store, code));

        await DamageAsync(log.Store, damage);

        Assert.NotEmpty(await FindAsync(log.Store, code));
    }

    private static async Task DamageAsync(TestStore store, string damage)
    {
        // A swap of two unique values passes through an equal pair.
        await using var connection = new SqliteConnection($"Data Source={store.Dialect.File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP INDEX IF EXISTS IX_outbox_position; " + damage;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<string>> FindAsync(TestStore store, string code)
    {
        await using var reader = store.Dialect.OpenReader();
        var report = await EventInvariants.All.Single(invariant => invariant.Code == code).CheckAsync(reader, CancellationToken.None);
        return report.Violations;
    }
}
