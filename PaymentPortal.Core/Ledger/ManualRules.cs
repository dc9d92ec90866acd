using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// What may be booked by hand. Accounts whose balance is the sum of open items (held, connected, refunds and disputes under way, money in transit) are
/// moved by those items alone: a line by hand would make them disagree for ever. Pure.
/// </summary>
public static class ManualRules
{
    private const int MaxLines = 20;

    /// <summary>Why these lines can't be an entry; null when they can.</summary>
    public static string? WhyNot(IReadOnlyList<Posting> lines)
    {
        if (lines.Count is < 2 or > MaxLines) return $"An entry has 2 to {MaxLines} lines.";
        if (lines.Select(line => line.Amount.Currency).Distinct().Count() > 1) return "A manual entry is in one currency. Make one for each.";
        if (lines.FirstOrDefault(line => IsOfItems(line.Account)) is { } wrong) return $"{wrong.Account} is the sum of open items and is moved by them alone: act on the refund, payout, dispute or transfer instead.";
        var sum = lines.Aggregate(Int128.Zero, (total, line) => total + line.Amount.Minor);
        return sum == 0 ? null : $"The lines don't balance: debits and credits differ by {new Money((long)Int128.Abs(sum), lines[0].Amount.Currency)} {lines[0].Amount.Currency}.";
    }

    /// <summary>Why an entry can't be reversed by hand; null when it can. What came from an order, refund or payout is undone by an act on that.</summary>
    public static string? WhyNotReverse(EntryKind kind, bool isReversed)
    {
        if (isReversed) return "It is reversed already.";
        return kind is EntryKind.Manual or EntryKind.PspFee ? null : "Only manual entries and PSP fees are reversed by hand. Money of an order, refund, payout or dispute is moved back by an act on that.";
    }

    public static IReadOnlyList<Account> Accounts { get; } = [Account.PspClearing, Account.BankMain, Account.PlatformFees, Account.PspFees, Account.DisputesLost, Account.Suspense, Account.AdjustmentsWriteOff];

    private static bool IsOfItems(Account account) =>
        account.IsSellerHeld || account.Code.StartsWith("psp:connected:", StringComparison.Ordinal)
        || account == Account.PspInTransit || account == Account.RefundsOpen || account == Account.RefundsOwed || account == Account.DisputesOpen;
}
