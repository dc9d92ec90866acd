using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp;

/// <summary>A seller's bank account in full. It is for the sealed store and the wire, so it never shows itself.</summary>
public sealed record BankDetails(string Country, string Currency, string? RoutingNumber, string AccountNumber)
{
    public string Last4 => AccountNumber[^4..];

    public override string ToString() => $"bank account …{Last4}";
}

/// <summary>What a seller's account at the PSP is made from.</summary>
public sealed record NewPspAccount(string Seller, string Country, string? Email, BankDetails Bank, string PspKey)
{
    public override string ToString() => $"account of {Seller}";
}

/// <summary>Money of ours to a seller's account at the PSP. The group is the payout: under it the transfer is found again.</summary>
public sealed record NewTransfer(string Destination, Money Amount, string Group, string PspKey);

/// <summary>Money to a bank; <paramref name="Account"/> is the seller's account at the PSP that it comes from, null for the platform's own.</summary>
public sealed record NewPspPayout(string? Account, Money Amount, string Item, string PspKey);

/// <summary>A seller's account at the PSP. <see cref="BankKey"/> is the key under which its bank was last replaced.</summary>
public sealed record PspAccount(string Id, bool IsPayoutsEnabled, string? PspKey, string? BankKey, DateTimeOffset CreatedAt);

/// <summary>A transfer that exists has happened.</summary>
public sealed record PspTransfer(string Id, Money Amount, Money Reversed, string Destination, string? PspKey, DateTimeOffset CreatedAt);

public sealed record PspReversal(string Id, string TransferId, Money Amount, string? PspKey, DateTimeOffset CreatedAt);

public enum PspPayoutStatus
{
    Pending,
    InTransit,

    /// <summary>Never final: the bank may send the money back days later, and then it is failed.</summary>
    Paid,

    Failed,
    Canceled,
}

/// <summary>A payout as the PSP shows it at one moment.</summary>
public sealed record PspPayout(
    string Id, PspPayoutStatus Status, Money Amount, string? PspKey, DateTimeOffset CreatedAt, DateTimeOffset ArrivesAt, string? FailureCode, string? FailureMessage);
