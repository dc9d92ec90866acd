using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Psp;

/// <summary>One generation of one step of one item: the request as it is sent, and what its tries proved. Written by <see cref="PspCallLog"/> only.</summary>
public sealed class PspCallRow
{
    public const string Table = "psp_calls";

    public required string PspKey { get; init; }

    public required string Item { get; init; }

    public required string Step { get; init; }

    public int Generation { get; init; }

    public required string Path { get; init; }

    /// <summary>The connected account that the request names in its header.</summary>
    public string? Account { get; init; }

    public Sealed Body { get; init; }

    public int Tries { get; init; }

    public DateTimeOffset FirstSentAt { get; init; }

    public DateTimeOffset LastSentAt { get; init; }

    public bool IsOpen { get; init; }

    public bool IsUncertain { get; init; }

    public bool MustLookUp { get; init; }

    public DateTimeOffset? AbsentSince { get; init; }

    public PspEffect? EffectProved { get; init; }

    /// <summary>The verdict of the newest answer.</summary>
    public PspVerdict? Verdict { get; init; }

    public int? HttpStatus { get; init; }

    public string? ErrorCode { get; init; }

    public string? RequestId { get; init; }
}

internal sealed class PspCallMapping : IEntityTypeConfiguration<PspCallRow>
{
    public void Configure(EntityTypeBuilder<PspCallRow> builder)
    {
        builder.ToTable(PspCallRow.Table).HasKey(call => call.PspKey);
        builder.HasIndex(call => new { call.Item, call.Step, call.Generation }).IsUnique();
        builder.Property(call => call.PspKey).HasMaxLength(255);
        builder.Property(call => call.Item).HasMaxLength(100);
        builder.Property(call => call.Step).HasMaxLength(40);
        builder.Property(call => call.Path).HasMaxLength(500);
        builder.Property(call => call.Account).HasMaxLength(255);
        builder.Property(call => call.Body).IsSealed();
        builder.Property(call => call.ErrorCode).HasMaxLength(100);
        builder.Property(call => call.RequestId).HasMaxLength(255);
    }
}
