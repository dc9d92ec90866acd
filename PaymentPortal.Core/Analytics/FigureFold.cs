using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;

namespace PaymentPortal.Core.Analytics;

/// <summary>Which figure a fact belongs to.</summary>
internal readonly record struct FigureKey(long Hour, string Currency, string Type, string Reason);

/// <summary>What the figure gains by it.</summary>
internal readonly record struct FigureGain(long Count, long Amount)
{
    public static FigureGain operator +(FigureGain one, FigureGain other) => new(one.Count + other.Count, checked(one.Amount + other.Amount));
}

/// <summary>Sums facts up. Pure, so that the consumer, a rebuild and the check of both use the same arithmetic.</summary>
internal static class FigureFold
{
    private const long MicrosecondsPerHour = 3_600_000_000;
    private const int MaxReason = 60;

    public static Dictionary<FigureKey, FigureGain> Sum(IEnumerable<PortalEvent> facts)
    {
        var sums = new Dictionary<FigureKey, FigureGain>();
        foreach (var fact in facts) Add(sums, fact);
        return sums;
    }

    /// <summary>Facts of types that are not about an amount count for nothing here.</summary>
    public static void Add(Dictionary<FigureKey, FigureGain> sums, PortalEvent fact)
    {
        using var data = JsonDocument.Parse(fact.Payload);
        if (!data.RootElement.TryGetProperty("amount", out var amount) || !data.RootElement.TryGetProperty("currency", out var code)) return;
        var currency = Currency.Of(code.GetString()!);
        if (!Money.TryParse(amount.GetString(), currency, out var money, out var fault)) throw new FormatException($"{fact.EventId} has no amount that can be read: {fault}");
        var moment = fact.CreatedAt.ToMicroseconds();
        var key = new FigureKey(moment - (moment % MicrosecondsPerHour), currency.Code, fact.Type, Reason(data.RootElement, fact.Type));
        sums[key] = sums.GetValueOrDefault(key) + new FigureGain(1, money.Minor);
    }

    private static string Reason(JsonElement data, string type)
    {
        var field = type switch
        {
            EventTypes.AttemptDeclined => "code",
            EventTypes.CheckoutFailed or EventTypes.CheckoutExpired or EventTypes.CheckoutCanceled => "cause",
            _ => null,
        };
        var reason = field is not null && data.TryGetProperty(field, out var word) ? word.GetString() ?? "" : "";
        return reason.Length > MaxReason ? reason[..MaxReason] : reason;
    }
}
