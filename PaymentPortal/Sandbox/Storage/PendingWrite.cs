using Microsoft.Data.Sqlite;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>A write in the queue. Its result, or its refusal, is held back until its group is committed.</summary>
/// <param name="Run">False: the work refused or failed and must be undone.</param>
internal sealed record PendingWrite(Func<SandboxDb, bool> Run, Action Complete, Action<Exception> Fail)
{
    public static (PendingWrite Write, Task<T> Answer) Of<T>(Func<SandboxDb, T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var complete = () => { };
        var write = new PendingWrite(
            db =>
            {
                try
                {
                    var result = work(db);
                    complete = () => answer.SetResult(result);
                    return true;
                }
                catch (Exception error) when (error is not SqliteException)
                {
                    complete = () => answer.SetException(error);
                    return false;
                }
            },
            () => complete(),
            answer.SetException);
        return (write, answer.Task);
    }
}
