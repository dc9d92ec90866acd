using System.Globalization;

namespace PaymentPortal.Core.Notifications;

/// <summary>Where an endpoint's secrets are sealed to.</summary>
internal static class EndpointSeal
{
    public const string Table = "webhook_endpoints";
    public const string Secret = "secret";
    public const string OldSecret = "old_secret";
}

/// <summary>Where the answer to a try is sealed to.</summary>
internal static class AnswerSeal
{
    public const string Table = "webhook_attempts";
    public const string Column = "answer";

    public static string RowOf(string delivery, int number) => string.Create(CultureInfo.InvariantCulture, $"{delivery}/{number}");
}
