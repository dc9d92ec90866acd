namespace PaymentPortal.Security;

/// <summary>What security tells the log: who came in, who was refused and why. Never a password, a token or a cookie; the set-up link is the one exception.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Staff user {UserId} signed in, session {SessionId}")]
    public static partial void SignedIn(ILogger logger, string userId, string sessionId);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Sign-in refused for staff user {UserId}: {Why}")]
    public static partial void SignInRefused(ILogger logger, string userId, string why);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Information, Message = "Staff user {UserId} signed out, session {SessionId}")]
    public static partial void SignedOut(ILogger logger, string userId, string sessionId);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Information, Message = "Staff user {UserId} created with role {Role}")]
    public static partial void StaffCreated(ILogger logger, string userId, string role);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning, Message = "Nobody can administer this portal yet. Make the first admin with this link; it works once and only until the next start: {Link}")]
    public static partial void SetUpLink(ILogger logger, string link);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Warning, Message = "A connection from origin {Origin} was refused: pages of other sites may not talk to this portal")]
    public static partial void ForeignOrigin(ILogger logger, string origin);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Warning, Message = "A set-up link was refused: it was already used, is older than the last start, or is not one of ours")]
    public static partial void SetUpRefused(ILogger logger);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Information, Message = "Staff user {UserId} changed their password; all sessions before it are over")]
    public static partial void PasswordChanged(ILogger logger, string userId);
}
