using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>One waiting unit of the lane: how to run it and whom to tell.</summary>
internal abstract class LaneWork
{
    /// <summary>Runs the unit; false means that it refused and must be undone.</summary>
    public abstract bool Run(UnitOfWork unit);

    /// <summary>Tells the caller the result of the last run. Only called after the commit, or after the undoing of a refusal.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);

    public abstract bool IsAbandoned { get; }
}

internal sealed class LaneWork<T>(Func<UnitOfWork, T> unitOfWork, CancellationToken cancellation) : LaneWork
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _completion.Task;

    // A caller who left before its unit began is not served; once begun, the unit ends and its result is kept.
    public override bool IsAbandoned => cancellation.IsCancellationRequested && _completion.TrySetCanceled(cancellation);

    public override bool Run(UnitOfWork unit)
    {
        _result = unitOfWork(unit);
        return _result is not IRefusable { Refusal: not null };
    }

    public override void Complete() => _completion.TrySetResult(_result);

    public override void Fail(Exception error) => _completion.TrySetException(error);
}
