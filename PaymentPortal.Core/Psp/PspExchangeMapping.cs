using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Psp;

public readonly record struct PspExchangeId(string Value) : IPrefixedId<PspExchangeId>
{
    public static string Prefix => "pex_";

    public static PspExchangeId Wrap(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>One call to the PSP as it was: written once, never changed. Its bodies are redacted, and sealed all the same.</summary>
public sealed class PspExchangeRow
{
    public const string Table = "psp_exchanges";

    public required string ExchangeId { get; init; }

    /// <summary>The attempt, refund, payout or seller the call was made for.</summary>
    public required string Item { get; init; }

    public string? CheckoutId { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string? PspKey { get; init; }

    public PspVerdict Verdict { get; init; }

    public int? HttpStatus { get; init; }

    public string? ErrorCode { get; init; }

    public string? RequestId { get; init; }

    public bool IsReplay { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public long LatencyUs { get; init; }

    public Sealed Request { get; init; }

    public Sealed Response { get; init; }
}

internal sealed class PspExchangeMapping : IEntityTypeConfiguration<PspExchangeRow>
{
    public void Configure(EntityTypeBuilder<PspExchangeRow> builder)
    {
        builder.ToTable(PspExchangeRow.Table).HasKey(exchange => exchange.ExchangeId);
        builder.HasIndex(exchange => exchange.CheckoutId).HasFilter("checkout_id IS NOT NULL");
        builder.Property(exchange => exchange.ExchangeId).HasMaxLength(40);
        builder.HasIndex(exchange => new { exchange.Item, exchange.ExchangeId });
        builder.HasIndex(exchange => exchange.ExchangeId).HasFilter("verdict <> 'Succeeded'");
        builder.Property(exchange => exchange.Item).HasMaxLength(100);
        builder.Property(exchange => exchange.CheckoutId).HasMaxLength(40);
        builder.Property(exchange => exchange.Method).HasMaxLength(10);
        builder.Property(exchange => exchange.Path).HasMaxLength(500);
        builder.Property(exchange => exchange.PspKey).HasMaxLength(255);
        builder.Property(exchange => exchange.ErrorCode).HasMaxLength(100);
        builder.Property(exchange => exchange.RequestId).HasMaxLength(255);
        builder.Property(exchange => exchange.Request).IsSealed();
        builder.Property(exchange => exchange.Response).IsSealed();
    }
}
