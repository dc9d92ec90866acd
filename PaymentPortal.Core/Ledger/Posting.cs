using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Ledger;

/// <summary>One line of an entry: a debit is above zero, a credit below; never zero, never past <see cref="Money.Limit"/>.</summary>
public sealed record Posting
{
    public Posting(Account account, Money amount)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (amount.IsZero) throw new ArgumentException($"A posting of zero to {account} says nothing.", nameof(amount));
        if (amount.Minor is > Money.Limit or < -Money.Limit) throw new ArgumentException($"{amount} {amount.Currency} on {account} is past the limit of one posting.", nameof(amount));
        (Account, Amount) = (account, amount);
    }

    public Account Account { get; }

    public Money Amount { get; }

    public static Posting Debit(Account account, Money amount) => new(account, Positive(amount));

    public static Posting Credit(Account account, Money amount) => new(account, -Positive(amount));

    private static Money Positive(Money amount) =>
        amount.Minor > 0 ? amount : throw new ArgumentException($"The side of a posting says its sign: {amount} must be above zero.", nameof(amount));
}
