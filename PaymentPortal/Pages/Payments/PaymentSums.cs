using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Pages.Payments;

/// <summary>One figure of a payment's money strip, and the entry that shows where it comes from.</summary>
public sealed record PaymentSum(string Label, Money? Amount, JournalEntryId? Entry = null);

/// <summary>A payment's money as its journal entries tell it; never as its status does, so that a difference between the two is seen.</summary>
public static class PaymentSums
{
    public static IReadOnlyList<PaymentSum> Of(PaymentDetails details)
    {
        var paid = Sum(details, Account.PspClearing.Code, line => line.Amount.Minor > 0, entry => entry.Kind is EntryKind.PayIn or EntryKind.Suspense);
        var fee = Sum(details, Account.PspFees.Code, _ => true, _ => true);
        var platform = Sum(details, Account.PlatformFees.Code, _ => true, _ => true, isCredit: true);
        var sellers = Sum(details, null, line => line.Account.StartsWith("seller:", StringComparison.Ordinal), _ => true, isCredit: true);
        var suspense = Sum(details, Account.Suspense.Code, _ => true, _ => true, isCredit: true);
        var sums = new List<PaymentSum> { new("Requested", details.Total), paid with { Label = "Paid" }, fee with { Label = "PSP fee" }, platform with { Label = "Platform fee" }, sellers with { Label = "To sellers" } };
        var back = Sum(details, Account.PspClearing.Code, _ => true, entry => entry.Kind is EntryKind.RefundAccepted or EntryKind.RefundFailed, isCredit: true);
        if (back.Amount is not null) sums.Insert(2, back with { Label = "Refunded" });
        var disputed = Sum(details, Account.DisputesOpen.Code, _ => true, _ => true);
        if (disputed.Amount is { IsZero: false }) sums.Add(disputed with { Label = "In dispute" });
        if (suspense.Amount is { IsZero: false }) sums.Add(suspense with { Label = "In suspense" });
        return sums;
    }

    /// <summary>Why the books and the orders do not agree; null when they do.</summary>
    public static string? Difference(PaymentDetails details)
    {
        if (details.Entries.Any(entry => entry.Lines.GroupBy(line => line.Amount.Currency).Any(lines => lines.Sum(line => line.Amount.Minor) != 0))) return "An entry does not balance";
        var booked = details.Entries.Where(entry => entry.Kind is EntryKind.PayIn or EntryKind.SuspenseAccepted).Select(entry => entry.SourceId).ToHashSet(StringComparer.Ordinal);
        var marked = details.Orders.Where(order => order.LedgerUpdated).Select(order => order.PaymentOrderId).ToHashSet(StringComparer.Ordinal);
        return booked.SetEquals(marked) ? null : "The orders' marks and the entries differ";
    }

    private static PaymentSum Sum(PaymentDetails details, string? account, Func<PaymentEntryLine, bool> lines, Func<PaymentEntry, bool> entries, bool isCredit = false)
    {
        var found = details.Entries.Where(entries).SelectMany(entry => entry.Lines.Where(line => (account is null || line.Account == account) && lines(line)).Select(line => (entry.Id, line.Amount))).ToList();
        if (found.Count == 0) return new PaymentSum("", null);
        // One payment is in one currency; should its entries ever disagree, the strip shows the first and the ledger tab all.
        var currency = found[0].Amount.Currency;
        var sum = found.Where(line => line.Amount.Currency.Equals(currency)).Aggregate(Money.Zero(currency), (total, line) => total + line.Amount);
        return new PaymentSum("", isCredit ? -sum : sum, found[0].Id);
    }
}
