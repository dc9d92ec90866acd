using System.Collections;
using System.Data.Common;
using System.Text;
using SQLitePCL;

namespace PaymentPortal.Core.Storage;

/// <summary>The row that a statement stands on, read as the provider's reader would: what reads a row need not know which of both it has.</summary>
internal sealed class SqliteRow(sqlite3_stmt handle) : DbDataReader
{
    private readonly nint _statement = handle.DangerousGetHandle();

    public override int FieldCount => raw.sqlite3_column_count(handle);

    public override bool HasRows => true;

    public override bool IsClosed => false;

    public override int Depth => 0;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool IsDBNull(int ordinal) => SqliteCalls.ColumnType(_statement, ordinal) == raw.SQLITE_NULL;

    public override string GetString(int ordinal) => IsDBNull(ordinal) ? throw IsNull(ordinal) : Encoding.UTF8.GetString(SqliteCalls.ColumnText(_statement, ordinal));

    public override long GetInt64(int ordinal) => IsDBNull(ordinal) ? throw IsNull(ordinal) : SqliteCalls.ColumnInt64(_statement, ordinal);

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override object GetValue(int ordinal) => SqliteCalls.ColumnType(_statement, ordinal) switch
    {
        raw.SQLITE_NULL => DBNull.Value,
        raw.SQLITE_INTEGER => SqliteCalls.ColumnInt64(_statement, ordinal),
        raw.SQLITE_BLOB => SqliteCalls.ColumnBlob(_statement, ordinal).ToArray(),
        raw.SQLITE_TEXT => GetString(ordinal),
        _ => throw NotStored("a floating point number"),
    };

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var at = 0; at < count; at++) values[at] = GetValue(at);
        return count;
    }

    public override string GetName(int ordinal) => raw.sqlite3_column_name(handle, ordinal).utf8_to_string();

    public override int GetOrdinal(string name) =>
        Enumerable.Range(0, FieldCount).Where(at => GetName(at) == name).Select(at => (int?)at).FirstOrDefault() ?? throw new IndexOutOfRangeException($"There is no column {name}.");

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override Type GetFieldType(int ordinal) => GetValue(ordinal).GetType();

    // Nothing of ours is stored as one of these: money and time are integers.
    public override double GetDouble(int ordinal) => throw NotStored("a floating point number");

    public override float GetFloat(int ordinal) => throw NotStored("a floating point number");

    public override decimal GetDecimal(int ordinal) => throw NotStored("a decimal number");

    public override DateTime GetDateTime(int ordinal) => throw NotStored("a date");

    public override Guid GetGuid(int ordinal) => throw NotStored("a GUID");

    public override char GetChar(int ordinal) => throw NotStored("a single character");

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw Moves();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw Moves();

    public override IEnumerator GetEnumerator() => throw Moves();

    public override bool Read() => throw Moves();

    public override bool NextResult() => throw Moves();

    private static InvalidOperationException IsNull(int ordinal) => new($"Column {ordinal} is null.");

    private static NotSupportedException NotStored(string what) => new($"No column holds {what}.");

    private static NotSupportedException Moves() => new("The statement moves on by itself; a row is read value by value.");
}
