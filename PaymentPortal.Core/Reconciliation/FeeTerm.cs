using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// What the contract with a PSP says that a payment in one currency costs, from a UTC day on: a share of the amount, rounded half up to the minor unit, and
/// a fixed part. Never changed: another version with the same day takes its place, and one with a later day follows it.
/// </summary>
public sealed class FeeTerm
{
    internal const string Columns = "psp, currency, version, valid_from, parts_per_million, fixed, reason, made_by, made_at";

    public required string Psp { get; init; }

    public required string Currency { get; init; }

    public int Version { get; init; }

    public DateTimeOffset ValidFrom { get; init; }

    public long PartsPerMillion { get; init; }

    /// <summary>In minor units.</summary>
    public long Fixed { get; init; }

    public required string Reason { get; init; }

    public required string MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public Share Share => new(PartsPerMillion);

    public Money FixedPart => new(Fixed, Common.Currency.Of(Currency));

    /// <summary>As the audit log has it.</summary>
    internal (string Object, string Words) Told => ($"{Psp}/{Currency}", Words(Version, Share, FixedPart, ValidFrom));

    internal static string Words(int version, Share share, Money part, DateTimeOffset from) =>
        string.Create(CultureInfo.InvariantCulture, $"version {version}: {share} and {part} {part.Currency} from {from:yyyy-MM-dd}");

    public Money Of(Money amount) => Share.Of(amount) + FixedPart;

    /// <summary>Those that hold at a moment: of the newest day the newest version. Null when the contract says nothing of that time.</summary>
    internal static FeeTerm? At(IEnumerable<FeeTerm> terms, string currency, DateTimeOffset moment) =>
        terms.Where(term => term.Currency == currency && term.ValidFrom <= moment).OrderByDescending(term => term.ValidFrom).ThenByDescending(term => term.Version).FirstOrDefault();

    internal static FeeTerm Read(DbDataReader row) => new()
    {
        Psp = row.GetString(0),
        Currency = row.GetString(1),
        Version = row.GetInt32(2),
        ValidFrom = row.Moment(3),
        PartsPerMillion = row.GetInt64(4),
        Fixed = row.GetInt64(5),
        Reason = row.GetString(6),
        MadeBy = row.GetString(7),
        MadeAt = row.Moment(8),
    };
}

internal sealed class FeeTermMapping : IEntityTypeConfiguration<FeeTerm>
{
    public void Configure(EntityTypeBuilder<FeeTerm> builder)
    {
        builder.ToTable("fee_terms", table => table.HasCheckConstraint("ck_fee_terms", "parts_per_million BETWEEN 0 AND 1000000 AND fixed >= 0")).HasKey(term => new { term.Psp, term.Currency, term.Version });
        builder.Ignore(term => term.Share);
        builder.Ignore(term => term.FixedPart);
        builder.Property(term => term.Psp).HasMaxLength(20);
        builder.Property(term => term.Currency).HasMaxLength(3);
        builder.Property(term => term.Reason).HasMaxLength(400);
        builder.Property(term => term.MadeBy).HasMaxLength(256);
    }
}
