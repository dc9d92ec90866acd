using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// One POST of one item: how it is built, sent and found again, and what follows in the unit that learns its end. <see cref="PspPosts"/> carries it.
/// </summary>
/// <param name="Item">The item that the key names: an attempt, a refund, a payout.</param>
/// <param name="Step">The step of the item that the key names.</param>
/// <param name="Operation">Of <see cref="RetryOperations"/>: chooses the retry policy.</param>
/// <param name="WhileUnknown">What the call may have done to money while nobody knows its end.</param>
public sealed record PspPost<T>(string Item, string Step, string Operation, MoneyEffect WhileUnknown, CheckoutId? Checkout = null)
    where T : class
{
    /// <summary>Whether the item still wants this call; when not, its step is due again at once, and must end itself when nothing is left to do.</summary>
    public required Func<UnitOfWork, bool> IsWanted { get; init; }

    /// <summary>The request under a given key. Asked once per generation; its bytes are stored before they are sent.</summary>
    public required Func<UnitOfWork, string, PspRequest> Build { get; init; }

    public required Func<PspRequest, string, CancellationToken, Task<PspAnswer<T>>> Send { get; init; }

    /// <summary>The list in which the object of a lost answer would stand.</summary>
    public required Func<PspCall, CancellationToken, Task<PspAnswer<IReadOnlyList<T>>>> List { get; init; }

    /// <summary>The key that a listed object carries.</summary>
    public required Func<T, string?> KeyOf { get; init; }

    /// <summary>The object exists: books it, and ends the task or puts it off.</summary>
    public required Action<UnitOfWork, ClaimedTask, T> Made { get; init; }

    /// <summary>A definite no: must end the task. Without it the task becomes a dead letter.</summary>
    public Action<UnitOfWork, ClaimedTask, TaskFailure>? Refused { get; init; }
}
