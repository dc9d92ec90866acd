using System.Diagnostics.CodeAnalysis;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Ledger;

/// <summary>A manual entry as it is typed; the template decides which fields count.</summary>
internal sealed class ManualForm
{
    public ManualTemplate Template { get; set; } = ManualTemplate.FeeCorrection;

    public string Currency { get; set; } = "USD";

    public string Amount { get; set; } = "";

    /// <summary>The platform's part of the amount.</summary>
    public string Fee { get; set; } = "";

    public string Account { get; set; } = "";

    public string Seller { get; set; } = "";

    /// <summary>The PSP took less than is booked; what is written off is ours to keep.</summary>
    public bool IsOpposite { get; set; }

    public List<ManualLine> Lines { get; } = [new(), new(), new(), new()];

    /// <summary>Null when a field says nothing usable; the fault says which.</summary>
    public IReadOnlyList<Posting>? Read(out string? fault)
    {
        IReadOnlyList<Posting>? lines = null;
        if (!Core.Common.Currency.TryGet(Currency.Trim().ToUpperInvariant(), out var currency)) fault = $"'{Currency}' is not a currency.";
        else lines = Template switch
        {
            ManualTemplate.FeeCorrection => FeeCorrection(currency, out fault),
            ManualTemplate.WriteOff => WriteOff(currency, out fault),
            ManualTemplate.SuspenseToOrder => SuspenseToOrder(currency, out fault),
            _ => Free(currency, out fault),
        };
        if (lines is not null) fault = ManualRules.WhyNot(lines);
        return fault is null ? lines : null;
    }

    private List<Posting>? FeeCorrection(Currency currency, out string? fault) =>
        TryAmount(Amount, currency, out var amount, out fault) ? Sides(Core.Ledger.Account.PspFees, Core.Ledger.Account.PspClearing, amount) : null;

    private List<Posting>? WriteOff(Currency currency, out string? fault)
    {
        if (!TryAmount(Amount, currency, out var amount, out fault)) return null;
        if (TryAccount(Account, out var account, out fault)) return Sides(Core.Ledger.Account.AdjustmentsWriteOff, account, amount);
        return null;
    }

    private List<Posting>? SuspenseToOrder(Currency currency, out string? fault)
    {
        if (!TryAmount(Amount, currency, out var amount, out fault)) return null;
        var fee = Money.Zero(currency);
        if (Fee.Trim().Length > 0 && !Money.TryParse(AmountText.Complete(Fee, currency.Code), currency, out fee, out var wrong))
        {
            fault = $"The fee {wrong}.";
            return null;
        }
        fault = fee.Minor < 0 || fee > amount ? "The platform's fee lies between 0 and the amount." : null;
        if (fault is not null) return null;
        if (!SellerAccount.TryParse(Seller.Trim(), out var seller))
        {
            fault = "Name the seller's account.";
            return null;
        }
        List<Posting> lines = [Posting.Debit(Core.Ledger.Account.Suspense, amount)];
        if (!(amount - fee).IsZero) lines.Add(Posting.Credit(Core.Ledger.Account.SellerPayable(seller), amount - fee));
        if (!fee.IsZero) lines.Add(Posting.Credit(Core.Ledger.Account.PlatformFees, fee));
        return lines;
    }

    private List<Posting>? Free(Currency currency, out string? fault)
    {
        fault = null;
        var lines = new List<Posting>();
        foreach (var line in Lines.Where(line => !line.IsBlank))
        {
            if (!TryAccount(line.Account, out var account, out fault)) return null;
            if (line.Debit.Trim().Length > 0 == line.Credit.Trim().Length > 0)
            {
                fault = $"The line of {account} needs a debit or a credit, and not both.";
                return null;
            }
            var isDebit = line.Debit.Trim().Length > 0;
            if (!TryAmount(isDebit ? line.Debit : line.Credit, currency, out var amount, out fault)) return null;
            lines.Add(isDebit ? Posting.Debit(account, amount) : Posting.Credit(account, amount));
        }
        return lines;
    }

    private List<Posting> Sides(Account debit, Account credit, Money amount) =>
        IsOpposite ? [Posting.Debit(credit, amount), Posting.Credit(debit, amount)] : [Posting.Debit(debit, amount), Posting.Credit(credit, amount)];

    private static bool TryAmount(string text, Currency currency, out Money amount, out string? fault)
    {
        if (!Money.TryParse(AmountText.Complete(text, currency.Code), currency, out amount, out var wrong)) fault = $"The amount {wrong}.";
        else fault = amount.Minor <= 0 ? "An amount is above zero." : null;
        return fault is null;
    }

    private static bool TryAccount(string text, [NotNullWhen(true)] out Account? account, out string? fault)
    {
        fault = Core.Ledger.Account.TryParse(text.Trim(), out account) ? null : $"'{text}' is not an account of the chart.";
        return account is not null;
    }
}

/// <summary>One line of the free form.</summary>
internal sealed class ManualLine
{
    public string Account { get; set; } = "";

    public string Debit { get; set; } = "";

    public string Credit { get; set; } = "";

    public bool IsBlank => string.IsNullOrWhiteSpace(Account + Debit + Credit);
}
