using Microsoft.Data.Sqlite;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>A write in the queue, seen without the type of its result.</summary>
internal interface IPendingWrite
{
    /// <summary>False: the work refused or failed and must be undone; its caller is told after the group's commit.</summary>
    bool Run(SandboxDb db);

    void Complete();

    void Fail(Exception error);
}

/// <summary>Holds a write's result back until its group is committed.</summary>
internal sealed class PendingWrite<T>(Func<SandboxDb, T> work) : IPendingWrite
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private Exception? _refusal;

    public Task<T> Answer => _answer.Task;

    public bool Run(SandboxDb db)
    {
        try
        {
            _result = work(db);
            return true;
        }
        catch (Exception error) when (error is not SqliteException)
        {
            _refusal = error;
            return false;
        }
    }

    public void Complete()
    {
        if (_refusal is null)
        {
            _answer.SetResult(_result);
        }
        else
        {
            _answer.SetException(_refusal);
        }
    }

    public void Fail(Exception error) => _answer.SetException(error);
}
