using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Psp;

/// <summary>Every log line of this folder. No body, no key and no personal data gets here.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "PSP call {Method} {Path} with key {PspKey} came to {Verdict} ({Code}, HTTP {HttpStatus}, request {RequestId}): {Message}")]
    public static partial void CallUnsettled(ILogger logger, string method, string path, string? pspKey, PspVerdict verdict, string? code, int? httpStatus, string? requestId, string message);

    [LoggerMessage(2002, LogLevel.Error, "The PSP refuses our API key or its rights (HTTP {HttpStatus}): calls are held back for {Pause}. Check Psp:ApiKey.")]
    public static partial void KeyRefused(ILogger logger, int? httpStatus, TimeSpan pause);

    [LoggerMessage(4513, LogLevel.Error, "ALARM: the event {EventId} ({Type}) is of the {Theirs} mode, our API key of the {Ours} mode; it was kept and nothing was changed. Compare Psp:ApiKey and Psp:WebhookSecrets")]
    public static partial void WrongMode(ILogger log, string eventId, string type, string theirs, string ours);

    [LoggerMessage(4511, LogLevel.Warning, "The event {EventId} ({Type}) stood on the PSP's list and had not come by webhook: it was taken from there")]
    public static partial void EventNeverCame(ILogger log, string eventId, string type);

    [LoggerMessage(4512, LogLevel.Warning, "The PSP's list of events could not be read on: {Why} The next run goes on there")]
    public static partial void EventListUnread(ILogger log, string why);
}
