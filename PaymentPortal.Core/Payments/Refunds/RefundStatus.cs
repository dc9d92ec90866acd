namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Where a refund stands. Requested and Approved hold its money in refunds:open; from Sent on the PSP has taken it.</summary>
public enum RefundStatus
{
    /// <summary>A second person must agree.</summary>
    Requested,

    /// <summary>It may be sent to the PSP.</summary>
    Approved,

    /// <summary>The PSP has it and has taken its money.</summary>
    Sent,
    Succeeded,

    /// <summary>It will not be made: a checker or the PSP said no. Its money is back where it came from.</summary>
    Refused,

    /// <summary>Taken back before it was sent.</summary>
    Canceled,

    /// <summary>The bank gave it back: the buyer is still owed.</summary>
    Failed,
}

/// <summary>What makes a refund move.</summary>
public enum RefundCause
{
    Asked,
    WithinLimit,
    ApprovedByChecker,
    RefusedByChecker,
    ApprovalEnded,
    Canceled,
    GivenUp,
    TakenByPsp,
    RefusedByPsp,
    ConfirmedByPsp,
    FailedAtPsp,
}

/// <summary>The words that stand for the statuses in tables, facts and on the API.</summary>
public static class RefundWords
{
    public static string Word(this RefundStatus status) => status switch
    {
        RefundStatus.Requested => "REQUESTED",
        RefundStatus.Approved => "APPROVED",
        RefundStatus.Sent => "SENT",
        RefundStatus.Succeeded => "SUCCEEDED",
        RefundStatus.Refused => "REFUSED",
        RefundStatus.Canceled => "CANCELED",
        RefundStatus.Failed => "FAILED",
    };

    public static RefundStatus Parse(string word) => TryParse(word, out var status) ? status : throw new ArgumentException($"'{word}' is no refund status.", nameof(word));

    public static bool TryParse(string? word, out RefundStatus status)
    {
        foreach (var candidate in Enum.GetValues<RefundStatus>())
        {
            if (candidate.Word() != word) continue;
            status = candidate;
            return true;
        }
        status = default;
        return false;
    }
}
