using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Ledger;

/// <summary>
/// What we owe a seller in one currency. Always minus the sum of the postings to his two accounts: the journal moves it in the unit that
/// posts, and nothing else writes it.
/// </summary>
internal sealed class WalletBalance
{
    public required string SellerAccount { get; init; }

    public required string Currency { get; init; }

    public long Payable { get; init; }

    public long Held { get; init; }
}

internal sealed class WalletBalanceMapping : IEntityTypeConfiguration<WalletBalance>
{
    public void Configure(EntityTypeBuilder<WalletBalance> builder)
    {
        builder.ToTable("wallet_balances").HasKey(balance => new { balance.SellerAccount, balance.Currency });
        builder.Property(balance => balance.SellerAccount).HasMaxLength(100);
        builder.Property(balance => balance.Currency).HasMaxLength(3);
    }
}
