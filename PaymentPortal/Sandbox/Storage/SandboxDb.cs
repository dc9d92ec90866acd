using Microsoft.Data.Sqlite;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>One connection with its prepared commands, kept because preparing costs more than running. Used by one thread at a time.</summary>
public sealed class SandboxDb : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public SandboxDb(string file, SqliteOpenMode mode)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 };
        _connection = new SqliteConnection(builder.ConnectionString);
        _connection.Open();
    }

    public int Execute(string sql, params object?[] values) => Prepared(sql, values).ExecuteNonQuery();

    public object? Scalar(string sql, params object?[] values) => Prepared(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    public long? Whole(string sql, params object?[] values) => (long?)Scalar(sql, values);

    public string? Text(string sql, params object?[] values) => (string?)Scalar(sql, values);

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params object?[] values)
    {
        using var reader = Prepared(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>Statements without values that need no keeping: schema, pragmas.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteCommand Prepared(string sql, object?[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"@{i}" });
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
