using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Core.Payments;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Warning, "The look-up of {Attempt} brought no answer to apply ({Verdict}: {Reason})")]
    public static partial void LookUpFailed(ILogger log, string attempt, PspVerdict verdict, string reason);

    [LoggerMessage(5002, LogLevel.Error, "Money of checkout {Checkout} (session {Session}) needs a person of finance: {Kind}")]
    public static partial void MoneyNeedsFinance(ILogger log, string checkout, string session, FinanceTaskKind kind);

    [LoggerMessage(5003, LogLevel.Error, "The PSP refused to make a session for {Attempt}: {Reason}")]
    public static partial void SessionRejected(ILogger log, string attempt, string reason);

    [LoggerMessage(5005, LogLevel.Error, "ALARM: the PSP and our books differ about session {Session} (checkout {Checkout}): {Text} Nothing was moved")]
    public static partial void SessionDiffers(ILogger log, string session, string checkout, string text);

    [LoggerMessage(5007, LogLevel.Error, "ALARM: the PSP charged checkout {Checkout} twice, the second time through session {Session}; the money is in suspense, and finance must give it back")]
    public static partial void ChargedTwice(ILogger log, string checkout, string session);

    [LoggerMessage(5006, LogLevel.Warning, "The PSP's sessions could not be compared on: {Why} The next run goes on there")]
    public static partial void SessionsUnread(ILogger log, string why);

    [LoggerMessage(5008, LogLevel.Error, "ALARM: asked for a page over {Ours} for {Attempt}, the PSP made {Session} over {Theirs}; nobody is sent there and it is expired")]
    public static partial void OtherTotal(ILogger log, string attempt, string session, string theirs, string ours);

    [LoggerMessage(5004, LogLevel.Warning, "The event {EventId} names {ObjectId}, which is not ours; it was kept and nothing was changed")]
    public static partial void UnknownObject(ILogger log, string eventId, string objectId);
}
