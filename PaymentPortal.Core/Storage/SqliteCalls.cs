using System.Runtime.InteropServices;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// The calls that a statement of the lane makes some hundred times for a payment, straight on SQLite's handles (sqlite.org/c3ref/intro.html). The provider's
/// own count the users of its handle in each call, which cost the lane more than the calls. Whoever uses them keeps the statement open.
/// </summary>
internal static partial class SqliteCalls
{
    /// <summary>SQLite copies the value before the call returns.</summary>
    private const nint Transient = -1;

    private const string Library = "e_sqlite3";

    /// <param name="text">An empty one lies in some array, too: SQLite takes a text without an address for NULL.</param>
    public static unsafe int BindText(nint statement, int position, ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = &MemoryMarshal.GetReference(text)) return BindText(statement, position, bytes, text.Length, Transient);
    }

    public static unsafe int BindBlob(nint statement, int position, ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty) return BindZeroBlob(statement, position, 0);
        fixed (byte* bytes = blob) return BindBlob(statement, position, bytes, blob.Length, Transient);
    }

    /// <summary>Good until the statement moves on.</summary>
    public static unsafe ReadOnlySpan<byte> ColumnText(nint statement, int column)
    {
        var bytes = ReadText(statement, column);
        return new ReadOnlySpan<byte>(bytes, ColumnBytes(statement, column));
    }

    /// <summary>Good until the statement moves on.</summary>
    public static unsafe ReadOnlySpan<byte> ColumnBlob(nint statement, int column)
    {
        var bytes = ReadBlob(statement, column);
        return new ReadOnlySpan<byte>(bytes, ColumnBytes(statement, column));
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")]
    public static partial int GetAutocommit(nint db);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    public static partial int Changes(nint db);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(nint statement, int position);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInt64(nint statement, int position, long number);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    public static partial long ColumnInt64(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    private static partial int ColumnBytes(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    private static unsafe partial byte* ReadText(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static unsafe partial byte* ReadBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static unsafe partial int BindText(nint statement, int position, byte* text, int length, nint keep);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static unsafe partial int BindBlob(nint statement, int position, byte* blob, int length, nint keep);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_zeroblob")]
    private static partial int BindZeroBlob(nint statement, int position, int length);
}
