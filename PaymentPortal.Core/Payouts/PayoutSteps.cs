using System.Globalization;

namespace PaymentPortal.Core.Payouts;

/// <summary>The kinds of next steps that paying out writes, the names of its POSTs in their keys, and when the poll looks again.</summary>
public static class PayoutSteps
{
    /// <summary>Subject: the payout. Sends it, then polls it until no bank can send it back any more.</summary>
    public const string Payout = "payout";

    /// <summary>Subject: the seller. Makes his account at the PSP, keeps its bank in step.</summary>
    public const string SellerAccount = "seller.account";

    public const string Transfer = "transfer";
    public const string CreatePayout = "payout";
    public const string CancelPayout = "payout-cancel";
    public const string Reverse = "transfer-back";
    public const string CreateAccount = "account";
    public const string ReplaceBank = "account-bank";

    /// <summary>What is refused for want of available money is tried again at the latest then; balance.available comes first.</summary>
    public static readonly TimeSpan BalancePatience = TimeSpan.FromMinutes(15);

    /// <summary>How long after it was paid a bank may send a payout back: five business days at the PSP, and some slack.</summary>
    public static readonly TimeSpan ReturnTime = TimeSpan.FromDays(8);

    public static readonly TimeSpan PollWhenPaid = TimeSpan.FromDays(1);

    private static readonly TimeSpan[] Polls = [TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3)];

    /// <summary>Webhooks tell us first; polling is for those that never come.</summary>
    public static TimeSpan PollAfter(int polls) => Polls[Math.Clamp(polls, 0, Polls.Length - 1)];

    /// <summary>A step of a later round has a key of its own: it is another object.</summary>
    public static string InRound(string step, int round) => round == 1 ? step : string.Create(CultureInfo.InvariantCulture, $"{step}-{round}");
}
