using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>What makes an act wait for a second person.</summary>
public enum ApprovalTrigger
{
    /// <summary>Acts of this kind are never one person's, whatever they move.</summary>
    Always,

    /// <summary>It alone is above what its maker may move at once.</summary>
    SingleLimit,

    /// <summary>With what its maker moved alone before on that day, it is above what he may move in a day.</summary>
    DayLimit,

    /// <summary>More letters than one person redrives at once.</summary>
    ManyLetters,

    /// <summary>More money of an unknown end than one person puts at risk.</summary>
    MoneyAtRisk,
}

/// <summary>The rule that made an act an ask, with the limit of that time: the settings may say another by now.</summary>
/// <param name="Before">What the maker had moved alone on that day, before this act.</param>
public sealed record ApprovalRule(ApprovalTrigger Trigger, Money? Limit = null, Money? Before = null)
{
    public static ApprovalRule Always { get; } = new(ApprovalTrigger.Always);
}
