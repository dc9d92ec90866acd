using System.Globalization;
using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.Integrity;

/// <summary>Random changes to the database file, each to a copy of its own: the next pass of the watch finds every one. TAMPERINGS sets how many, TAMPER_SEED the first.</summary>
public sealed class RandomTamperingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Watch_RandomTamperings_FindsEveryOne()
    {
        var (count, seed) = (Number("TAMPERINGS", 30), Number("TAMPER_SEED", 20261123));
        output.WriteLine($"{count} tamperings from seed {seed}");
        await using var store = await BooksAsync();
        var master = Path.Combine(store.Directory, "master.db");
        await store.CorruptAsync($"VACUUM INTO '{master}'");
        var tampering = new RandomTampering(await ColumnsAsync(store));

        Assert.Empty(await RedAfterAsync(store, master, ""));
        var missed = new List<string>();
        for (var at = seed; at < seed + count; at++)
        {
            var sql = tampering.Make(at);
            if ((await RedAfterAsync(store, master, sql)).Count == 0) missed.Add($"seed {at}: {sql}");
        }
        Assert.Empty(missed);
    }

    private static int Number(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Forty entries, twenty audit lines and five payments, anchored on the way and verified once.</summary>
    private static async Task<TestStore> BooksAsync()
    {
        var store = await TestStore.CreateAsync();
        using var rig = WatchRig.Of(store);
        var (audit, history, buyers) = (new AuditLog(store.Chain), new PaymentHistory(store.Keys), new Buyers(store.Cipher));
        await RandomBooks.PostAsync(store, seed: 1, count: 20);
        await rig.Anchors.WriteAsync(CancellationToken.None);
        await store.RunAsync(unit =>
        {
            for (var n = 0; n < 20; n++) audit.Write(unit, new AuditEntry(Actor.Staff("u1"), "payment.note", "chk_" + n) { Reason = "why" });
            for (var n = 0; n < 5; n++) AddPayment(unit, history, "chk_made" + n, buyers.Ensure(unit, "buyer-1", "Anna", "anna@example.com"));
            return 0;
        });
        await rig.Anchors.WriteAsync(CancellationToken.None);
        Assert.Empty(await rig.PassAsync(store.Time));
        return store;
    }

    private static void AddPayment(UnitOfWork unit, PaymentHistory history, string id, string user)
    {
        unit.Execute(
            """
            INSERT INTO payment_events (checkout_id, user_id, buyer_account, is_payment_done, status, link_key, currency, amount, reference, success_url, api_key_id, created_at, updated_at, ends_at, declines, row_version, history_version)
            VALUES ($1, $2, 'buyer-1', 0, 'NOT_STARTED', $1, 'USD', 1000, 'order', 'https://shop.example/ok', 'key_seed', $3, $3, $3, 0, 0, 1)
            """,
            id, user, unit.Now);
        history.Append(unit, id, 1, null, PaymentOrderStatus.NotStarted, MoveCause.Created, Actor.Program("test"));
    }

    private static async Task<IReadOnlyList<string>> RedAfterAsync(TestStore store, string master, string sql)
    {
        var folder = Directory.CreateDirectory(Path.Combine(store.Directory, Guid.NewGuid().ToString("N"))).FullName;
        var dialect = new SqliteDialect(Path.Combine(folder, "portal.db"));
        File.Copy(master, dialect.File);
        File.Copy(Path.Combine(store.Directory, "anchors.log"), Path.Combine(folder, "anchors.log"));
        await TamperAsync(dialect, sql);
        using var lane = new WriteLane(dialect, store.Time);
        using var rig = new WatchRig(dialect, lane, store.Keys, folder, store.Time);
        return [.. (await rig.PassAsync(store.Time)).Keys];
    }

    private static async Task TamperAsync(SqliteDialect dialect, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={dialect.File};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; " + sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, IReadOnlyList<(string Name, string Type)>>> ColumnsAsync(TestStore store)
    {
        var columns = new Dictionary<string, IReadOnlyList<(string Name, string Type)>>();
        await using var connection = store.Dialect.OpenReader();
        foreach (var table in new[] { "journal_entries", "postings", "audit_log", "payment_history" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT name, type FROM pragma_table_info('{table}')";
            await using var rows = await command.ExecuteReaderAsync();
            var list = new List<(string Name, string Type)>();
            while (await rows.ReadAsync()) list.Add((rows.GetString(0), rows.GetString(1)));
            columns[table] = list;
        }
        return columns;
    }
}
