using System.Data.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

public sealed class InvariantRunnerTests
{
    [Fact]
    public async Task Run_ACheckThatFails_IsBrokenAndTheOthersGoOn()
    {
        await using var store = await TestStore.CreateAsync();
        var lines = new List<InvariantLine>();

        var report = await RunAsync(store, lines, new SqlInvariant("a-1", "Reads.", "SELECT nothing FROM nowhere"), new SqlInvariant("b-1", "Holds.", "SELECT name FROM store_meta"));

        Assert.False(report.IsSound);
        Assert.Equal(InvariantState.Broken, lines[0].State);
        Assert.Equal(InvariantState.Holds, lines[1].State);
        Assert.Equal(report.Lines, lines);
    }

    [Fact]
    public async Task Run_ACheckThatWasSkipped_SaysWhyAndIsNotBroken()
    {
        await using var store = await TestStore.CreateAsync();

        var report = await RunAsync(store, [], new Skipping());

        Assert.True(report.IsSound);
        Assert.Equal((InvariantState.NotChecked, "the PSP does not answer"), (report.Lines[0].State, report.Lines[0].Findings[0]));
    }

    [Fact]
    public async Task Run_WhileTheStoreIsWritten_JudgesOneMoment()
    {
        await using var store = await TestStore.CreateAsync();
        var counts = new List<long>();

        var report = await RunAsync(store, [], new Writing("a-1", store, counts), new Writing("b-1", store, counts));

        Assert.True(report.IsSound);
        Assert.Equal([0L, 0L], counts);
        Assert.Equal(2, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta"));
    }

    [Fact]
    public async Task Run_MuchDamage_NamesOnlyTheFirstHundredRows()
    {
        await using var store = await TestStore.CreateAsync();

        var report = await RunAsync(store, [], new SqlInvariant("a-1", "Never.", "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000) SELECT 'row ' || x FROM n"));

        Assert.Equal(100, report.Lines[0].Findings.Count);
    }

    private static async Task<IntegrityReport> RunAsync(TestStore store, List<InvariantLine> lines, params IInvariant[] invariants)
    {
        using var anchors = store.Anchors();
        return await new InvariantRunner(store.Dialect, invariants, [], store.Chain, anchors, store.Time).RunAsync(lines.Add, CancellationToken.None);
    }

    private sealed class Skipping : IInvariant
    {
        public string Code => "a-1";

        public string Rule => "Needs the PSP.";

        public Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken) => Task.FromResult(InvariantReport.Skipped("the PSP does not answer"));
    }

    private sealed class Writing(string code, TestStore store, List<long> counts) : IInvariant
    {
        public string Code => code;

        public string Rule => "Reads beside a writer.";

        public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
        {
            await store.ExecuteAsync($"INSERT INTO store_meta (name, value) VALUES ('{code}', '')");
            await using var command = snapshot.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM store_meta";
            counts.Add((long)(await command.ExecuteScalarAsync(cancellationToken))!);
            return InvariantReport.Green;
        }
    }
}
