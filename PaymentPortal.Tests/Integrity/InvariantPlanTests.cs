using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

public sealed partial class InvariantPlanTests(EngineHost engine) : IClassFixture<EngineHost>
{
    /// <summary>What is asked again for each row may not look through all rows of a table, of an account or of a kind: over a million entries that took minutes.</summary>
    [Fact]
    public async Task Invariants_WhatTheyAskForEachRow_IsFoundByItsOwnKey()
    {
        await using var reader = engine.Services.GetRequiredService<SqlDialect>().OpenReader();
        var invariants = engine.Services.GetServices<IInvariant>().Select(invariant => (invariant.Code, Sql: SqlOf(invariant))).Where(invariant => invariant.Sql is not null).ToList();
        var slow = new List<string>();
        foreach (var (code, sql) in invariants) slow.AddRange((await WideStepsAsync(reader, sql!)).Select(step => $"{code}: {step}"));

        Assert.True(invariants.Count > 40);
        Assert.True(slow.Count == 0, string.Join("\n", slow));
    }

    private static string? SqlOf(IInvariant invariant) => invariant switch
    {
        SqlInvariant rule => rule.Sql,
        QuietInvariant rule => rule.Sql,
        _ => null,
    };

    private static async Task<List<string>> WideStepsAsync(DbConnection reader, string sql)
    {
        await using var command = reader.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        await using var rows = await command.ExecuteReaderAsync();
        var (repeated, results, wide) = (new HashSet<long>(), new HashSet<string>(StringComparer.Ordinal), new List<string>());
        while (await rows.ReadAsync())
        {
            var (id, parent, step) = (rows.GetInt64(0), rows.GetInt64(1), rows.GetString(3));
            if (QueryPlan.ResultOf(step) is { } name) results.Add(name);
            if (repeated.Contains(parent) || step.StartsWith("CORRELATED", StringComparison.Ordinal)) repeated.Add(id);
            if (repeated.Contains(id) && (Wide().IsMatch(step) || (Scan().Match(step) is { Success: true } scan && !results.Contains(scan.Groups["name"].Value)))) wide.Add(step);
        }
        return wide;
    }

    [GeneratedRegex(@"\((account|kind|status|state|currency|seller_account)=\?\)")]
    private static partial Regex Wide();

    [GeneratedRegex(@"^SCAN (?<name>\w+)")]
    private static partial Regex Scan();
}
