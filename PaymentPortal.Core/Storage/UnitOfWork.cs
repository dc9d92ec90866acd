using System.Data.Common;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// What a unit may do: statements on the lane's connection, inside its own savepoint. Statements use $1…$n; their commands stay prepared
/// for the life of the lane because preparing anew costs more than running them.
/// </summary>
public sealed class UnitOfWork
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);
    private readonly List<Action> _afterCommit = [];
    private readonly TimeProvider _time;

    internal UnitOfWork(DbConnection connection, TimeProvider time) => (Connection, _time) = (connection, time);

    /// <summary>The moment of this unit; a unit that runs again gets a new one.</summary>
    public DateTimeOffset Now { get; private set; }

    internal DbConnection Connection { get; }

    internal DbTransaction? Transaction { get; private set; }

    public TId NewId<TId>()
        where TId : struct, IPrefixedId<TId> => Ids.New<TId>(_time);

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>The first row, or default when there is none.</summary>
    public T? QueryFirst<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first column of the first row as an integer; 0 when there is no row or it is null.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> arguments) =>
        Prepare(sql, arguments).ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>Runs once the batch has committed, outside the transaction: for waking workers, never for effects that must happen.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    internal void StartTransaction(DbTransaction transaction)
    {
        Transaction = transaction;
        _afterCommit.Clear();
    }

    /// <summary>Marks the start of one unit; the mark lets a refused unit take its after-commit actions back.</summary>
    internal int StartUnit()
    {
        Now = _time.GetUtcNow();
        return _afterCommit.Count;
    }

    internal void ForgetAfterCommit(int mark) => _afterCommit.RemoveRange(mark, _afterCommit.Count - mark);

    internal Action[] TakeAfterCommit()
    {
        Transaction = null;
        var actions = _afterCommit.ToArray();
        _afterCommit.Clear();
        return actions;
    }

    internal void DisposeCommands()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _commands.Clear();
    }

    private DbCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (var at = 1; at <= arguments.Length; at++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = "$" + at.ToString(System.Globalization.CultureInfo.InvariantCulture);
                command.Parameters.Add(parameter);
            }
            _commands.Add(sql, command);
        }
        command.Transaction = Transaction;
        for (var at = 0; at < arguments.Length; at++) command.Parameters[at].Value = ToStored(arguments[at]);
        return command;
    }

    private static object ToStored(object? argument) => argument switch
    {
        null => DBNull.Value,
        DateTimeOffset moment => moment.ToMicroseconds(),
        Enum word => word.ToString(),
        _ => argument,
    };
}
