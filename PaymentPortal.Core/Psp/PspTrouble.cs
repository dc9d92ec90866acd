using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Psp;

/// <summary>What an answer of the PSP that brought nothing means for the step that asked: held, tried again by policy, or dead.</summary>
public static class PspTrouble
{
    /// <param name="psp">The PSP's name, part of a dead letter's cause.</param>
    /// <param name="effect">What the failed call can have done to money, where the step knows better than the code alone.</param>
    public static TaskEnd Of<T>(string psp, string operation, PspAnswer<T> answer, MoneyEffect? effect = null)
        where T : class
    {
        if (answer.IsHeld) return new TaskEnd.Held(answer.RetryAfter ?? TimeSpan.FromSeconds(1), answer.Error!.Message);
        if (answer.Verdict is PspVerdict.Succeeded or PspVerdict.Pending) return NotReady(psp, operation, "psp_pending", "The PSP has not settled it yet.", effect ?? MoneyEffect.Unknown);
        // Every call would be refused alike until an admin has mended the key: no step is to blame, and none is spent on it.
        if (answer is { Verdict: PspVerdict.Rejected, Error.IsOurKeyRefused: true }) return new TaskEnd.Held(PspHealth.Pause, "The PSP refuses our API key or its rights. Check Psp:ApiKey.");
        var text = PspErrorCatalogue.Find(answer.Verdict, answer.Error);
        return new TaskEnd.Again(new TaskFailure(operation, text.Retry, psp, text.Code, answer.Error?.Message ?? text.What, effect ?? text.Money) { RetryAfter = answer.RetryAfter });
    }

    public static TaskEnd NotReady(string psp, string operation, string code, string reason, MoneyEffect effect) =>
        new TaskEnd.Again(new TaskFailure(operation, ErrorClass.NotReady, psp, code, reason, effect));

    /// <summary>For a handler's own Hold.</summary>
    public static TaskEnd.Held? Hold(PspHealth health) => health.Hold() is { } hold ? new TaskEnd.Held(hold.For, hold.Why) : null;
}
