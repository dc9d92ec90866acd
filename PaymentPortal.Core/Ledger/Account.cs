using System.Diagnostics.CodeAnalysis;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// One account of the chart, known by its code. Only the chart below makes accounts, so money can't be booked to a misspelt one.
/// The same code exists once per currency.
/// </summary>
public sealed record Account
{
    private const string SellerPrefix = "seller:";
    private const string PayableSuffix = ":payable";
    private const string HeldSuffix = ":held";
    private const string ConnectedPrefix = "psp:connected:";

    /// <summary>What the PSP holds for us.</summary>
    public static readonly Account PspClearing = new("psp:clearing", AccountKind.Asset);

    /// <summary>On its way from the PSP to our bank.</summary>
    public static readonly Account PspInTransit = new("psp:in_transit", AccountKind.Asset);

    public static readonly Account BankMain = new("bank:main", AccountKind.Asset);

    public static readonly Account PlatformFees = new("platform:fees", AccountKind.Income);

    public static readonly Account PspFees = new("psp:fees", AccountKind.Expense);

    /// <summary>Refunds asked for and not yet accepted by the PSP.</summary>
    public static readonly Account RefundsOpen = new("refunds:open", AccountKind.Liability);

    /// <summary>Refunds that came back from the bank: we still owe the buyer.</summary>
    public static readonly Account RefundsOwed = new("refunds:owed", AccountKind.Liability);

    /// <summary>Withdrawn by the PSP for a dispute that is not decided.</summary>
    public static readonly Account DisputesOpen = new("disputes:open", AccountKind.Asset);

    public static readonly Account DisputesLost = new("disputes:lost", AccountKind.Expense);

    /// <summary>Money that arrived and can't be placed yet. A liability: it is somebody's, not ours.</summary>
    public static readonly Account Suspense = new("suspense", AccountKind.Liability);

    public static readonly Account AdjustmentsWriteOff = new("adjustments:writeoff", AccountKind.Expense);

    private static readonly Dictionary<string, Account> Fixed = new Account[]
    {
        PspClearing, PspInTransit, BankMain, PlatformFees, PspFees, RefundsOpen, RefundsOwed, DisputesOpen, DisputesLost, Suspense, AdjustmentsWriteOff,
    }.ToDictionary(account => account.Code, StringComparer.Ordinal);

    private Account(string code, AccountKind kind, SellerAccount? seller = null) => (Code, Kind, Seller) = (code, kind, seller);

    public string Code { get; }

    public AccountKind Kind { get; }

    /// <summary>Set on the accounts that exist once per seller.</summary>
    public SellerAccount? Seller { get; }

    /// <summary>True where a debit makes the balance larger.</summary>
    public bool GrowsByDebit => Kind is AccountKind.Asset or AccountKind.Expense;

    /// <summary>What we owe the seller and may pay out.</summary>
    public bool IsSellerPayable => Code.StartsWith(SellerPrefix, StringComparison.Ordinal) && Code.EndsWith(PayableSuffix, StringComparison.Ordinal);

    /// <summary>What we owe the seller and keep back for a payout under way or a dispute.</summary>
    public bool IsSellerHeld => Code.StartsWith(SellerPrefix, StringComparison.Ordinal) && Code.EndsWith(HeldSuffix, StringComparison.Ordinal);

    /// <summary>True for the two accounts that make up a wallet; every other account's balance is a sum over its postings.</summary>
    public bool IsWallet => IsSellerPayable || IsSellerHeld;

    public static Account SellerPayable(SellerAccount seller) => new($"{SellerPrefix}{seller.Value}{PayableSuffix}", AccountKind.Liability, seller);

    public static Account SellerHeld(SellerAccount seller) => new($"{SellerPrefix}{seller.Value}{HeldSuffix}", AccountKind.Liability, seller);

    /// <summary>Moved to the seller's account at the PSP and not yet paid out to his bank.</summary>
    public static Account PspConnected(SellerAccount seller) => new(ConnectedPrefix + seller.Value, AccountKind.Asset, seller);

    public static bool TryParse(string? code, [NotNullWhen(true)] out Account? account)
    {
        account = null;
        if (code is null || Fixed.TryGetValue(code, out account)) return account is not null;
        account = Between(code, SellerPrefix, PayableSuffix) is { } payable ? SellerPayable(payable)
            : Between(code, SellerPrefix, HeldSuffix) is { } held ? SellerHeld(held)
            : Between(code, ConnectedPrefix, "") is { } connected ? PspConnected(connected)
            : null;
        return account is not null;
    }

    /// <summary>For codes out of our own tables.</summary>
    public static Account Of(string code) =>
        TryParse(code, out var account) ? account : throw new ArgumentException($"'{code}' is not an account of the chart.", nameof(code));

    public override string ToString() => Code;

    private static SellerAccount? Between(string code, string prefix, string suffix) =>
        code.Length > prefix.Length + suffix.Length
        && code.StartsWith(prefix, StringComparison.Ordinal)
        && code.EndsWith(suffix, StringComparison.Ordinal)
        && SellerAccount.TryParse(code[prefix.Length..^suffix.Length], out var seller)
            ? seller
            : null;
}
