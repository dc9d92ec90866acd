namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Where a dispute stands.</summary>
public enum DisputeStatus
{
    /// <summary>The bank asks; no money moved.</summary>
    Inquiry,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,

    /// <summary>Lost because we said so.</summary>
    Accepted,

    /// <summary>An inquiry that ended as one.</summary>
    Closed,
}

/// <summary>Who bears a lost dispute.</summary>
public enum DisputeBearer
{
    Seller,
    Platform,
}

/// <summary>Where the money of one order's share of a dispute is.</summary>
public enum DisputeShareState
{
    Held,
    Released,
    Lost,
}

/// <summary>The words that stand for the statuses in tables, facts and on the API.</summary>
public static class DisputeWords
{
    /// <summary>SQL on a dispute's status: the PSP has withdrawn the charge's money and not given it back.</summary>
    internal const string MoneyIsGone = "status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST', 'ACCEPTED')";

    public static string Word(this DisputeStatus status) => status switch
    {
        DisputeStatus.Inquiry => "INQUIRY",
        DisputeStatus.NeedsResponse => "NEEDS_RESPONSE",
        DisputeStatus.UnderReview => "UNDER_REVIEW",
        DisputeStatus.Won => "WON",
        DisputeStatus.Lost => "LOST",
        DisputeStatus.Accepted => "ACCEPTED",
        DisputeStatus.Closed => "CLOSED",
    };

    public static DisputeStatus Parse(string word) => TryParse(word, out var status) ? status : throw new ArgumentException($"'{word}' is no dispute status.", nameof(word));

    public static bool TryParse(string? word, out DisputeStatus status)
    {
        foreach (var candidate in Enum.GetValues<DisputeStatus>())
        {
            if (candidate.Word() != word) continue;
            status = candidate;
            return true;
        }
        status = default;
        return false;
    }
}

/// <summary>The move table of disputes: the PSP leads, and it may have gone several steps since we last looked. What is over stays so.</summary>
public static class DisputeMoves
{
    public static bool CanBegin(DisputeStatus status) => status is DisputeStatus.Inquiry or DisputeStatus.NeedsResponse;

    public static bool CanMove(DisputeStatus from, DisputeStatus to) => from switch
    {
        DisputeStatus.Inquiry => to != DisputeStatus.Inquiry,
        DisputeStatus.NeedsResponse => to is DisputeStatus.UnderReview or DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.Accepted or DisputeStatus.Closed,
        DisputeStatus.UnderReview => to is DisputeStatus.NeedsResponse or DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.Accepted or DisputeStatus.Closed,
        DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.Accepted or DisputeStatus.Closed => false,
    };

    public static bool IsOver(this DisputeStatus status) => status is DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.Accepted or DisputeStatus.Closed;

    public static bool IsLost(this DisputeStatus status) => status is DisputeStatus.Lost or DisputeStatus.Accepted;
}
