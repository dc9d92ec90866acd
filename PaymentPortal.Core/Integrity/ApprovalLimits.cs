using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>In minor units: what one act and the acts of one person and UTC day may come to alone, what one checker may approve a day, and what a redrive may put at risk.</summary>
public sealed record ApprovalLimit(long Single, long Daily, long CheckerDaily, long Redrive);

/// <summary>The limits by currency, with one for all others, and how long an ask waits.</summary>
public sealed record ApprovalLimits(ApprovalLimit Default, IReadOnlyDictionary<string, ApprovalLimit> ByCurrency, TimeSpan Patience)
{
    public static ApprovalLimits Usual { get; } = new(new ApprovalLimit(100_000, 500_000, 100_000_000, 5_000_000), new Dictionary<string, ApprovalLimit>(), TimeSpan.FromDays(3));

    public ApprovalLimit Of(Currency currency) => ByCurrency.GetValueOrDefault(currency.Code, Default);
}

/// <summary>What a person moved in a day, alone or by approving, and the limits of that time: those of the settings may be others by now.</summary>
internal sealed class ApprovalSum
{
    public required string Person { get; init; }

    /// <summary>The beginning of the UTC day.</summary>
    public DateTimeOffset Day { get; init; }

    public required string Side { get; init; }

    public required string Currency { get; init; }

    public long Amount { get; init; }

    /// <summary>The highest limit of one act under which something was added.</summary>
    public long SingleLimit { get; init; }

    /// <summary>The limit of the day under which something was added last.</summary>
    public long DailyLimit { get; init; }

    public const string Alone = "alone";
    public const string Checked = "checked";

    public static long Read(UnitOfWork unit, string person, string side, Currency currency) =>
        unit.Scalar("SELECT amount FROM approval_sums WHERE person = $1 AND day = $2 AND side = $3 AND currency = $4", person, DayOf(unit), side, currency.Code);

    public static void Add(UnitOfWork unit, string person, string side, Money amount, long single, long daily) => unit.Execute(
        """
        INSERT INTO approval_sums (person, day, side, currency, amount, single_limit, daily_limit) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (person, day, side, currency) DO UPDATE SET amount = approval_sums.amount + excluded.amount, daily_limit = excluded.daily_limit,
            single_limit = CASE WHEN excluded.single_limit > approval_sums.single_limit THEN excluded.single_limit ELSE approval_sums.single_limit END
        """,
        person, DayOf(unit), side, amount.Currency.Code, amount.Minor, single, daily);

    private static DateTimeOffset DayOf(UnitOfWork unit) => new(unit.Now.UtcDateTime.Date, TimeSpan.Zero);
}

internal sealed class ApprovalSumMapping : IEntityTypeConfiguration<ApprovalSum>
{
    public void Configure(EntityTypeBuilder<ApprovalSum> builder)
    {
        builder.ToTable("approval_sums").HasKey(row => new { row.Person, row.Day, row.Side, row.Currency });
        builder.Property(row => row.Person).HasMaxLength(450);
        builder.Property(row => row.Side).HasMaxLength(10);
        builder.Property(row => row.Currency).HasMaxLength(3);
    }
}
