using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>A customer of the platform. Name and e-mail are sealed; the e-mail can be found again by its blind index.</summary>
public sealed class Buyer
{
    public required string UserId { get; init; }

    public required string BuyerAccount { get; init; }

    public Sealed? UserName { get; init; }

    public Sealed? Email { get; init; }

    public byte[]? EmailIndex { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Finds or makes the row of a buyer account, and keeps its newest name and e-mail.</summary>
public sealed class Buyers(FieldCipher cipher)
{
    private const string Table = "users";

    public string Ensure(UnitOfWork unit, string buyerAccount, string? name, string? email)
    {
        var known = unit.QueryFirst("SELECT user_id, email_index FROM users WHERE buyer_account = $1", row => new Known(row.GetString(0), row[1] as byte[]), buyerAccount);
        var id = known?.UserId ?? unit.NewId<UserId>().Value;
        var index = email is null ? null : EmailIndex(email);
        if (known is null)
        {
            unit.Execute(
                "INSERT INTO users (user_id, buyer_account, user_name, email, email_index, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                id, buyerAccount, Seal(id, "user_name", name), Seal(id, "email", email), index, unit.Now);
        }
        else if (index is not null && !index.AsSpan().SequenceEqual(known.EmailIndex))
        {
            unit.Execute("UPDATE users SET email = $2, email_index = $3 WHERE user_id = $1", id, Seal(id, "email", email), index);
        }
        if (known is not null && name is not null) unit.Execute("UPDATE users SET user_name = $2 WHERE user_id = $1", id, Seal(id, "user_name", name));
        return id;
    }

    public byte[] EmailIndex(string email) => cipher.BlindIndex("users.email", email);

    public string? OpenEmail(string userId, Sealed? email) => email is { } value ? cipher.Open(Table, userId, "email", value) : null;

    public string? OpenName(string userId, Sealed? name) => name is { } value ? cipher.Open(Table, userId, "user_name", value) : null;

    private byte[]? Seal(string id, string column, string? text) => text is null ? null : cipher.Seal(Table, id, column, text).Bytes;

    private sealed record Known(string UserId, byte[]? EmailIndex);
}

internal sealed class BuyerMapping : IEntityTypeConfiguration<Buyer>
{
    public void Configure(EntityTypeBuilder<Buyer> builder)
    {
        builder.ToTable("users").HasKey(buyer => buyer.UserId);
        builder.Property(buyer => buyer.UserId).HasMaxLength(40);
        builder.Property(buyer => buyer.BuyerAccount).HasMaxLength(100);
        builder.Property(buyer => buyer.UserName).IsSealed();
        builder.Property(buyer => buyer.Email).IsSealed();
        builder.Property(buyer => buyer.EmailIndex).HasMaxLength(16);
        builder.HasIndex(buyer => buyer.BuyerAccount).IsUnique();
        builder.HasIndex(buyer => buyer.EmailIndex);
    }
}
