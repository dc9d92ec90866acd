using System.Data.Common;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PaymentPortal.Tests.Support;

/// <summary>What the database says it would do for the statements that a read sends.</summary>
internal static partial class QueryPlan
{
    private static readonly AsyncLocal<List<Sent>?> Current = new();

    static QueryPlan() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    public static async Task<IReadOnlyList<string>> OfAsync(TestStore store, Func<Task> read)
    {
        var sent = Current.Value = [];
        await read();
        Current.Value = null;
        Assert.NotEmpty(sent);
        await using var connection = store.Dialect.OpenReader();
        var lines = new List<string>();
        foreach (var statement in sent) lines.AddRange(await ExplainAsync(connection, statement));
        return lines;
    }

    /// <summary>Whole tables or indexes read from end to end. Reading the few rows that a subquery came to is none.</summary>
    public static IEnumerable<string> FullScans(IReadOnlyList<string> plan)
    {
        var results = plan.Select(ResultOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return plan.Where(line => TableScan().Match(line) is { Success: true } scan && !results.Contains(scan.Groups["name"].Value));
    }

    /// <summary>The name of what a subquery came to, where a step of the plan makes one.</summary>
    public static string? ResultOf(string step) => SubqueryResult().Match(step) is { Success: true } match ? match.Groups["name"].Value : null;

    private static async Task<List<string>> ExplainAsync(DbConnection connection, Sent statement)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + statement.Sql;
        foreach (var (name, value) in statement.Parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(3));
        return lines;
    }

    [GeneratedRegex(@"^SCAN (?<name>\w+)( USING (COVERING )?INDEX .*)?$")]
    private static partial Regex TableScan();

    [GeneratedRegex(@"^(CO-ROUTINE|MATERIALIZE) (?<name>\w+)$")]
    private static partial Regex SubqueryResult();

    private sealed record Sent(string Sql, IReadOnlyList<(string Name, object? Value)> Parameters);

    private sealed class Listeners : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore") value.Subscribe(new Commands());
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Commands : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Current.Value is { } sent && value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData { Command: var command })
                sent.Add(new Sent(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(parameter => (parameter.ParameterName, parameter.Value))]));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
