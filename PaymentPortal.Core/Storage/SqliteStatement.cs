using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Common;
using SQLitePCL;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// A statement bound straight on SQLite's own handle. A command of the ADO.NET provider looks each parameter up by name, opens a reader and allocates
/// for every run.
/// </summary>
internal sealed class SqliteStatement : LaneStatement
{
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _handle;
    private readonly nint _statement;
    private readonly SqliteRow _row;
    private readonly int[] _positions;
    private byte[] _text = new byte[512];

    public SqliteStatement(sqlite3 db, string sql, int arguments)
    {
        _db = db;
        Check(raw.sqlite3_prepare_v3(db, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle, out var rest));
        _statement = _handle.DangerousGetHandle();
        IsWrite = raw.sqlite3_stmt_readonly(_handle) == 0;
        _row = new SqliteRow(_handle);
        // To SQLite $1 is a name like any other: it numbers parameters as they first appear.
        _positions = [.. Enumerable.Range(1, arguments).Select(number => raw.sqlite3_bind_parameter_index(_handle, string.Create(CultureInfo.InvariantCulture, $"${number}")))];
        if (raw.sqlite3_bind_parameter_count(_handle) == arguments && !_positions.Contains(0) && string.IsNullOrWhiteSpace(rest)) return;
        _handle.Dispose();
        throw new ArgumentException($"This is not one statement with the parameters $1 to ${arguments}: {sql}", nameof(sql));
    }

    public override bool IsWrite { get; }

    public override int Execute(ReadOnlySpan<object?> arguments)
    {
        Read(arguments, _ => false);
        return SqliteCalls.Changes(_db.DangerousGetHandle());
    }

    public override void Read(ReadOnlySpan<object?> arguments, Func<DbDataReader, bool> isEnough)
    {
        // SQLite ends a transaction by itself on some errors (disk full, I/O).
        if (SqliteCalls.GetAutocommit(_db.DangerousGetHandle()) != 0) throw new SqliteException("SQLite has ended the transaction by itself: nothing of it was kept.", raw.SQLITE_IOERR);
        try
        {
            for (var at = 0; at < arguments.Length; at++) Check(Bind(_positions[at], arguments[at]));
            int step;
            while ((step = SqliteCalls.Step(_statement)) == raw.SQLITE_ROW)
            {
                if (isEnough(_row)) return;
            }
            if (step != raw.SQLITE_DONE) Check(step);
        }
        finally
        {
            SqliteCalls.Reset(_statement);
        }
    }

    public override void Dispose()
    {
        _row.Dispose();
        _handle.Dispose();
    }

    private int Bind(int position, object? argument) => argument switch
    {
        null => SqliteCalls.BindNull(_statement, position),
        string text => BindText(position, text),
        long number => SqliteCalls.BindInt64(_statement, position, number),
        int number => SqliteCalls.BindInt64(_statement, position, number),
        bool flag => SqliteCalls.BindInt64(_statement, position, flag ? 1 : 0),
        DateTimeOffset moment => SqliteCalls.BindInt64(_statement, position, moment.ToMicroseconds()),
        Enum word => BindText(position, word.ToString()),
        byte[] bytes => SqliteCalls.BindBlob(_statement, position, bytes),
        _ => throw new ArgumentException($"A {argument.GetType().Name} can't be stored: no column holds one.", nameof(argument)),
    };

    private int BindText(int position, string text)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < longest) _text = new byte[longest];
        return SqliteCalls.BindText(_statement, position, _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(code, _db);
    }
}
