using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>
/// The sandbox's file. Writes queue for one connection and are committed in groups with synchronous=FULL; a caller goes on only after its
/// commit, so an answer never tells of something that a power cut could take back.
/// </summary>
public sealed class SandboxStore : IAsyncDisposable
{
    private const int LargestGroup = 128;

    private readonly string _file;
    private readonly SandboxDb _writer;
    private readonly ConcurrentBag<SandboxDb> _readers = [];
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _lane;

    /// <summary>Raised on the lane after each commit; handlers only set flags.</summary>
    public event Action? Committed;

    public SandboxStore(SandboxOptions options)
    {
        _file = Path.GetFullPath(options.DataFile);
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        _writer = new SandboxDb(_file, SqliteOpenMode.ReadWriteCreate);
        _writer.Script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;");
        _writer.Script(SandboxSchema.Create);
        _lane = Task.Run(RunLaneAsync);
    }

    /// <summary>Runs the work in a savepoint of its own: an exception undoes this work alone and reaches this caller alone.</summary>
    public Task<T> WriteAsync<T>(Func<SandboxDb, T> work)
    {
        var (write, answer) = PendingWrite.Of(work);
        return _queue.Writer.TryWrite(write) ? answer : Task.FromException<T>(new ObjectDisposedException(nameof(SandboxStore)));
    }

    /// <summary>Reads one committed snapshot.</summary>
    public T Read<T>(Func<SandboxDb, T> work)
    {
        if (!_readers.TryTake(out var reader))
        {
            reader = new SandboxDb(_file, SqliteOpenMode.ReadOnly);
        }

        reader.Execute("BEGIN");
        try
        {
            return work(reader);
        }
        finally
        {
            reader.Execute("ROLLBACK");
            _readers.Add(reader);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        await _lane;
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        // Last, because the connection that closes last checkpoints the log, and only the writer may.
        _writer.Dispose();
    }

    private async Task RunLaneAsync()
    {
        var group = new List<PendingWrite>(LargestGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var write))
            {
                group.Add(write);
            }

            RunGroup(group);
        }
    }

    private void RunGroup(List<PendingWrite> group)
    {
        try
        {
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in group)
            {
                _writer.Execute("SAVEPOINT work");
                if (!write.Run(_writer))
                {
                    _writer.Execute("ROLLBACK TO work");
                }

                _writer.Execute("RELEASE work");
            }

            _writer.Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            // A full disk ends the whole transaction behind our back, savepoints included: nobody in the group may hear of success.
            AbandonGroup(group, error);
            return;
        }

        group.ForEach(write => write.Complete());
        Committed?.Invoke();
    }

    private void AbandonGroup(List<PendingWrite> group, SqliteException error)
    {
        try
        {
            _writer.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already ended the transaction itself.
        }

        group.ForEach(write => write.Fail(error));
    }
}
