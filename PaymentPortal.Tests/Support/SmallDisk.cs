using System.Runtime.InteropServices;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// SQLite's own file layer with a disk below it that has only so much room, and that may fail: what the layer answers is what it answers for the real
/// thing (ENOSPC, EIO of write and fsync), so everything above it, SQLite included, is real. Needs no rights, unlike a mount.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Full = 13;
    private const int WriteFailed = 778;
    private const int SyncFailed = 1034;

    // sqlite3_vfs and sqlite3_io_methods of a 64-bit build (sqlite.org/c3ref/vfs.html): an int, then pointers.
    private const int LayerSize = 168;
    private const int LayerName = 24;
    private const int LayerOpen = 40;
    private const int MethodsSize = 152;
    private const int MethodWrite = 24;
    private const int MethodSync = 40;
    private const int MethodFileSize = 48;

    private readonly Lock _gate = new();
    private readonly Dictionary<nint, nint> _methods = [];
    private readonly List<nint> _blocks = [];
    private readonly nint _layer;

    // Native code holds their addresses, so they must live as long as this does.
    private readonly OpenFile _open;
    private readonly WriteFile _write;
    private readonly SyncFile _sync;
    private readonly OpenFile _openBelow;
    private WriteFile? _writeBelow;
    private SyncFile? _syncBelow;
    private AskSize? _sizeBelow;
    private long _room;

    public SmallDisk(long room)
    {
        (_room, _open, _write, _sync) = (room, Open, Write, Sync);
        var below = sqlite3_vfs_find(0);
        _openBelow = Marshal.GetDelegateForFunctionPointer<OpenFile>(Marshal.ReadIntPtr(below, LayerOpen));
        _layer = Copy(below, LayerSize);
        Marshal.WriteIntPtr(_layer, LayerName, Keep(Marshal.StringToHGlobalAnsi(Name)));
        Marshal.WriteIntPtr(_layer, LayerOpen, Marshal.GetFunctionPointerForDelegate(_open));
        Assert.Equal(0, sqlite3_vfs_register(_layer, 0));
    }

    private delegate int OpenFile(nint layer, nint name, nint file, int flags, nint outFlags);

    private delegate int WriteFile(nint file, nint bytes, int count, long offset);

    private delegate int SyncFile(nint file, int flags);

    private delegate int AskSize(nint file, out long size);

    public string Name { get; } = "small-disk-" + Guid.NewGuid().ToString("N");

    /// <summary>Every write fails, as of a disk that is dying.</summary>
    public bool FailsToWrite { get; set; }

    /// <summary>Every fsync fails: what was written may be there or not.</summary>
    public bool FailsToSync { get; set; }

    /// <summary>The file as SQLite finds it on this disk.</summary>
    public string Of(string path) => $"file:{path}?vfs={Name}";

    public void MakeRoom(long bytes) => Interlocked.Add(ref _room, bytes);

    public void Dispose()
    {
        _ = sqlite3_vfs_unregister(_layer);
        foreach (var block in _blocks) Marshal.FreeHGlobal(block);
    }

    private int Open(nint layer, nint name, nint file, int flags, nint outFlags)
    {
        var result = _openBelow(layer, name, file, flags, outFlags);
        var methods = Marshal.ReadIntPtr(file);
        if (methods != 0) Marshal.WriteIntPtr(file, Guarded(methods));
        return result;
    }

    /// <summary>A file's methods begin with the address of their table.</summary>
    private nint Guarded(nint methods)
    {
        lock (_gate)
        {
            if (_methods.TryGetValue(methods, out var known)) return known;
            _writeBelow ??= Marshal.GetDelegateForFunctionPointer<WriteFile>(Marshal.ReadIntPtr(methods, MethodWrite));
            _syncBelow ??= Marshal.GetDelegateForFunctionPointer<SyncFile>(Marshal.ReadIntPtr(methods, MethodSync));
            _sizeBelow ??= Marshal.GetDelegateForFunctionPointer<AskSize>(Marshal.ReadIntPtr(methods, MethodFileSize));
            var copy = Copy(methods, MethodsSize);
            Marshal.WriteIntPtr(copy, MethodWrite, Marshal.GetFunctionPointerForDelegate(_write));
            Marshal.WriteIntPtr(copy, MethodSync, Marshal.GetFunctionPointerForDelegate(_sync));
            return _methods[methods] = copy;
        }
    }

    private int Write(nint file, nint bytes, int count, long offset)
    {
        if (FailsToWrite) return WriteFailed;
        if (_sizeBelow!(file, out var size) != 0) return WriteFailed;
        var growth = Math.Max(0, offset + count - size);
        if (Interlocked.Add(ref _room, -growth) >= 0) return _writeBelow!(file, bytes, count, offset);
        Interlocked.Add(ref _room, growth);
        return Full;
    }

    private int Sync(nint file, int flags) => FailsToSync ? SyncFailed : _syncBelow!(file, flags);

    private nint Copy(nint from, int size)
    {
        var copy = Keep(Marshal.AllocHGlobal(size));
        for (var at = 0; at < size; at += sizeof(long)) Marshal.WriteInt64(copy, at, Marshal.ReadInt64(from, at));
        return copy;
    }

    private nint Keep(nint block)
    {
        _blocks.Add(block);
        return block;
    }

    [DllImport("e_sqlite3")]
    private static extern nint sqlite3_vfs_find(nint name);

    [DllImport("e_sqlite3")]
    private static extern int sqlite3_vfs_register(nint layer, int isDefault);

    [DllImport("e_sqlite3")]
    private static extern int sqlite3_vfs_unregister(nint layer);
}
